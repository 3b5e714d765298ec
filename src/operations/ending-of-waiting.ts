import { type Job, type JobEnd, NO_FIGURES } from '../domain/job.ts'
import type { Ending } from '../store/job-store.ts'

/** Of one that waited: nothing of it has run. */
export function endingOfWaiting(
  { id, attempt }: Pick<Job, 'id' | 'attempt'>,
  end: JobEnd,
  endedMs: number,
): Ending {
  const nothing = { startedMs: null, figures: NO_FIGURES, bytes: 0, again: null }
  return { id, attempt, of: 'waiting', end, endedMs, ...nothing }
}
