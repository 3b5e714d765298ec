import type { Act } from '../domain/lifecycle.ts'
import type { Clock } from '../host/clock.ts'

/** The newest thing that somebody did and that no turn has taken in yet. */
export interface Acts {
  note(by: string): void
  take(): Act | null
  isPending(): boolean
}

export function createActs(clock: Clock, changed: () => void): Acts {
  let newest: Act | null = null
  return {
    note: (by) => {
      newest = { atMs: clock.bootMs(), by }
      changed()
    },
    take: () => {
      const act = newest
      newest = null
      return act
    },
    isPending: () => newest !== null,
  }
}
