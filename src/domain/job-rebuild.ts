import { isEnded, type Job, type JobDraft, NO_FIGURES } from './job.ts'
import { lost } from './job-end.ts'
import { newJob } from './job-moves.ts'
import { type AwakeTime, startClock } from './job-run.ts'

/** What the folder of a job tells of its last attempt. */
export type FolderTale =
  | { readonly kind: 'not started' }
  /** A waiter made the fence: it runs, or how it ended is in its record, or nobody knows. */
  | { readonly kind: 'started'; readonly attempt: number; readonly startedMs: number }
  /** A daemon made the fence, so that this attempt never runs. */
  | { readonly kind: 'cancelled'; readonly attempt: number }

/**
 * The job for a store that has lost it, or never knew so much; undefined where the record knows as much.
 * What was started is taken as running: looking after it finds its end, or calls it lost, as ever.
 */
export function rebuildJob(
  record: Job | undefined,
  draft: JobDraft,
  tale: FolderTale,
  now: AwakeTime & { readonly wallMs: number },
): Job | undefined {
  if (record !== undefined && knowsAsMuch(record, tale)) return undefined
  const queued = newJob(draft, { unmet: 0, doomedBy: null })
  if (tale.kind === 'not started') return queued
  const { wait: _, unmet: _unmet, doomedBy: _doomedBy, ...common } = queued
  const { attempt } = tale
  if (tale.kind === 'started') {
    const run = { phase: 'starting', startedMs: tale.startedMs, clock: startClock(now) } as const
    return { ...common, attempt, status: 'running', run, intent: null }
  }
  const end = lost('it was over before the store was lost, and only that knew how')
  const times = { startedMs: null, endedMs: now.wallMs }
  const acknowledgedMs = draft.spec.session === null ? now.wallMs : null
  const rest = { status: end.status, run: null, figures: NO_FIGURES, bytes: 0, acknowledgedMs }
  return { ...common, attempt, ...times, ...rest, end }
}

/** An older copy of the store may hold as queued what has long since run. */
function knowsAsMuch(record: Job, tale: FolderTale): boolean {
  if (tale.kind === 'not started' || record.attempt > tale.attempt) return true
  return record.attempt === tale.attempt && (isEnded(record) || record.run !== null)
}
