import type { ToldOutput } from '../domain/follow-up-text.ts'

/** What an operation may ask of whoever hands over follow-ups. */
export interface FollowUpDesk {
  counts(): Promise<{ readonly pending: number; readonly givenUp: number }>
  /** What is owed is another than before: the next turn looks, soon. */
  changed(): void
  /** Resolves when that session is owed something, the time is over, nobody asks any more, or the daemon leaves. */
  next(session: string | undefined, withinMs: number, gone: AbortSignal): Promise<void>
  /** Beginning and end of what a job wrote. */
  outputOf(job: number, attempt: number): ToldOutput
}
