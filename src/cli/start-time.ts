const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d{1,2}):(\d\d)(?::(\d\d))?$/
const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)$/i

/** When somebody means by `--at`, as a date that says its zone; without one it is where they are. */
export function readStartTime(text: string, nowMs: number): string | undefined {
  const trimmed = text.trim()
  if (ZONED.test(trimmed)) return zoned(trimmed)
  const clock = CLOCK.exec(trimmed)
  if (clock !== null) return nextTime(clock, nowMs)
  const local = LOCAL.exec(trimmed)
  if (local === null) return undefined
  const [year = 0, month = 0, day = 0, ...time] = local.slice(1).map(numberOf)
  return isDay(year, month, day) ? localTime(year, month - 1, day, time) : undefined
}

function zoned(text: string): string | undefined {
  const ms = Date.parse(text.replace(' ', 'T'))
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

/** Today, or tomorrow when that is over. */
function nextTime(clock: readonly string[], nowMs: number): string | undefined {
  const now = new Date(nowMs)
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()]
  const time = clock.slice(1).map(numberOf)
  const today = localTime(year, month, day, time)
  if (today === undefined || Date.parse(today) > nowMs) return today
  return localTime(year, month, day + 1, time)
}

function localTime(
  year: number,
  month: number,
  day: number,
  [hour = 0, minute = 0, second = 0]: readonly number[],
): string | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return new Date(year, month, day, hour, minute, second).toISOString()
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function numberOf(part: string | undefined): number {
  return Number(part ?? 0)
}
