import type { Events } from '../events.ts'

/** How a daemon comes to its end. */
export interface Exit {
  /** Begins to leave; more calls change nothing. */
  leave(why: string): void
  /** The house is asleep: leaves, and comes back if somebody called meanwhile. */
  nap(): void
  bug(error: unknown): void
  /** Why we leave, once we do. */
  readonly asked: Promise<string>
  code(): number
  isNap(): boolean
}

export function createExit(events: Events, logBug: (error: unknown) => void): Exit {
  const { promise: asked, resolve } = Promise.withResolvers<string>()
  let leaving = false
  let napping = false
  let code = 0

  function leave(why: string): void {
    napping = false
    if (leaving) return
    leaving = true
    events.emit({ type: 'daemon_stopping', why })
    resolve(why)
  }

  function nap(): void {
    if (leaving) return
    leave('everybody is asleep')
    napping = true
  }

  function bug(error: unknown): void {
    code = 1
    logBug(error)
    leave('a mistake in the program; the log has the details')
  }

  return { leave, nap, bug, asked, code: () => code, isNap: () => napping && code === 0 }
}
