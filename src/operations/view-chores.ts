import type { ChoreView } from '../contract/shapes.ts'
import type { ChoreState } from '../domain/chores-by-hand.ts'
import { isoTime } from '../domain/iso-time.ts'

/** How the chores stand, as doors show it. `dateOf` makes a date of a time of the house's clock. */
export function viewChores(
  states: readonly ChoreState[],
  dateOf: (atMs: number) => number,
  logOf: (name: string) => string,
): ChoreView[] {
  const date = (atMs: number | null): string | null =>
    atMs === null ? null : isoTime(dateOf(atMs))
  return states.map((chore) => ({
    name: chore.name,
    built_in: chore.builtIn,
    state: chore.state,
    until: date(chore.untilMs),
    outcome: chore.outcome,
    detail: chore.detail,
    ended_at: date(chore.endedMs),
    took_seconds: Math.round(chore.tookMs / 100) / 10,
    failures: chore.failures,
    log: chore.builtIn ? null : logOf(chore.name),
  }))
}
