import type { EventBody } from './event.ts'

/** How much may still be told of reports, and what was only counted. */
export interface ReportPace {
  readonly credit: number
  readonly atMs: number
  readonly held: ReportMoves
  /** When what is counted was told last. */
  readonly movedMs: number
}

export interface ReportMoves {
  readonly started: number
  readonly finished: number
  readonly orphaned: number
}

/** So many at once, and one more for every so many milliseconds: no folder may push everything else out of the events. */
const MOST_AT_ONCE = 50
const ONE_MORE_MS = 10_000
/** Of those, units leave so many to what matters more. */
const NOT_FOR_UNITS = 25
const COUNTS_APART_MS = 60_000

const NONE: ReportMoves = { started: 0, finished: 0, orphaned: 0 }
export const FULL_PACE: ReportPace = {
  credit: MOST_AT_ONCE,
  atMs: 0,
  held: NONE,
  movedMs: -Infinity,
}

/** What of the news is told: all, or all but units, or only how much there is of it. */
export function paceNews(
  before: ReportPace,
  news: readonly EventBody[],
  nowMs: number,
): { readonly pace: ReportPace; readonly events: readonly EventBody[] } {
  const earned = (nowMs - before.atMs) / ONE_MORE_MS
  const credit = Math.min(MOST_AT_ONCE, before.credit + Math.max(0, earned))
  const milestones = news.filter(({ type }) => type !== 'report_unit')
  const most = news.length === milestones.length ? credit : credit - NOT_FOR_UNITS
  const all = news.length <= most ? news : undefined
  const events = all ?? (milestones.length <= credit ? milestones : undefined)
  const held = events === undefined ? add(before.held, news) : before.held
  const told = events ?? []
  const pace = { ...before, credit: credit - told.length, atMs: nowMs, held }
  const isHeld = held.started + held.finished + held.orphaned > 0
  if (!isHeld || nowMs - before.movedMs < COUNTS_APART_MS) return { pace, events: told }
  const counts: EventBody = { type: 'reports_moved', ...held }
  return { pace: { ...pace, held: NONE, movedMs: nowMs }, events: [...told, counts] }
}

function add(held: ReportMoves, news: readonly EventBody[]): ReportMoves {
  const count = (type: EventBody['type']): number =>
    news.filter((each) => each.type === type).length
  return {
    started: held.started + count('report_started'),
    finished: held.finished + count('report_finished'),
    orphaned: held.orphaned + count('report_orphaned'),
  }
}
