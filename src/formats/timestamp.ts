const ISO_FORM =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?([Zz]|[+-]\d\d(?::?\d\d)?)?$/

/** Milliseconds of an ISO-8601 date; without a zone it is UTC. Undefined when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const found = ISO_FORM.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = found
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const moment = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}`
  const ms = Date.parse(moment + zoneForm(zone))
  return Number.isNaN(ms) ? undefined : ms
}

function zoneForm(zone: string | undefined): string {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 'Z'
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
}
