/** What every name of a report matches before it meets a path: no folder, no dot in front, nothing that hides. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

const MOST_IN_ONE_MS = 36 ** 2

export interface ReportMoment {
  readonly ms: number
  /** Tells apart what began in the same millisecond. */
  readonly turn: number
}

export function isReportId(text: string): boolean {
  return ID.test(text)
}

/** The moment of the next report of this process: later than the last one, whatever the clock says. */
export function nextMoment(last: ReportMoment | undefined, wallMs: number): ReportMoment {
  if (last === undefined || wallMs > last.ms) return { ms: wallMs, turn: 0 }
  const isFull = last.turn + 1 >= MOST_IN_ONE_MS
  return isFull ? { ms: last.ms + 1, turn: 0 } : { ms: last.ms, turn: last.turn + 1 }
}

/** Sorted as text, those that began later come later; process and chance make it one of its kind. */
export function reportId({ ms, turn }: ReportMoment, pid: number, chance: string): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T')
  const day = date.replaceAll('-', '')
  const clock = time.replaceAll(/[:.Z]/g, '')
  const process = pid.toString(36).padStart(6, '0')
  return `${day}-${clock}-${turn.toString(36).padStart(2, '0')}${process}${chance}`
}
