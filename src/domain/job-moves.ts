import { isActive, isEnded, isUnstarted } from './job.ts'
import type {
  ActiveJob,
  EndedJob,
  Intent,
  Job,
  JobDraft,
  JobSpec,
  PausedBy,
  QueuedJob,
  UnstartedJob,
} from './job.ts'
import { type AwakeTime, clockSince, pauseClock, resumeClock, type StartedRun } from './job-run.ts'
import type { Wait } from './job-wait.ts'

/** How a job stands to those that it comes after. */
export interface Links {
  readonly unmet: number
  readonly doomedBy: number | null
}

/** A job as it is submitted. */
export function newJob({ wait, ...draft }: JobDraft, links: Links): QueuedJob {
  const { unmet, doomedBy } = links
  return {
    ...draft,
    ...WAITING,
    status: 'queued',
    attempt: 1,
    retriesLeft: draft.spec.retries,
    badStarts: 0,
    progress: null,
    wait,
    unmet,
    doomedBy,
  }
}

/** Stopped for now; undefined where that changes nothing. By hand counts for more than with its group. */
export function pauseJob(job: Job, by: PausedBy, now: AwakeTime): Job | undefined {
  if (isEnded(job)) return undefined
  if (!isActive(job)) return job.status === 'queued' ? { ...job, status: 'paused' } : undefined
  if (job.status === 'running') {
    const run = { ...job.run, clock: pauseClock(job.run.clock, now) }
    return { ...job, status: 'paused', pausedBy: by, run }
  }
  return by === 'hand' && job.pausedBy !== by ? { ...job, pausedBy: by } : undefined
}

/** Goes on; undefined where that changes nothing. Who resumes a group leaves alone what was paused by hand. */
export function resumeJob(job: Job, by: PausedBy, now: AwakeTime): Job | undefined {
  if (job.status !== 'paused') return undefined
  if (!isActive(job)) return by === 'hand' ? { ...job, status: 'queued' } : undefined
  if (by === 'group' && job.pausedBy === 'hand') return undefined
  const { pausedBy: _, ...rest } = job
  return { ...rest, status: 'running', run: { ...job.run, clock: resumeClock(job.run.clock, now) } }
}

export interface Start extends Omit<StartedRun, 'phase' | 'clock'> {
  /** By the waiter's own clock; null where it has none. */
  readonly began: AwakeTime | null
}

/** It has become a process. */
export function startJob(job: Job, start: Start): ActiveJob | undefined {
  if (!isActive(job)) return undefined
  const { startedMs, began, waiter, process, reach, place } = start
  const clock = began === null ? job.run.clock : clockSince(job.run.clock, began)
  const run = { phase: 'started', startedMs, clock, waiter, process, reach, place } as const
  return { ...job, run }
}

/** What stands once another intent comes: the first, but what is to be killed at once is. */
export function settleIntent(standing: Intent | null, asked: Intent): Intent {
  if (standing === null) return asked
  return asked.signal === 'SIGKILL' ? { ...standing, signal: asked.signal } : standing
}

/**
 * An attempt that never became a process: what was paused stays so. With its fence burned nothing can run
 * under its number any more, so the next one is taken.
 */
export function putBackJob(
  job: Job,
  { wait, badStarts, isBurned }: BadStart,
): UnstartedJob | undefined {
  if (!isActive(job) || job.run.phase !== 'starting') return undefined
  const status = job.status === 'running' ? 'queued' : 'paused'
  const attempt = job.attempt + Number(isBurned)
  return { ...commonOf(job), ...WAITING, status, attempt, wait, badStarts }
}

export interface BadStart {
  readonly wait: Wait | null
  readonly badStarts: number
  readonly isBurned: boolean
}

/** Queued once more under its own id. By hand, so all its retries are given back. */
export function retryJobInPlace(job: EndedJob, links: Links): QueuedJob {
  return {
    ...commonOf(job),
    ...WAITING,
    ...links,
    status: 'queued',
    attempt: job.attempt + 1,
    retriesLeft: job.spec.retries,
    badStarts: 0,
    progress: null,
  }
}

/** The same again as a job of its own; at once, and after nobody. */
export function draftRetry(job: Job, id: number, createdMs: number): JobDraft {
  const spec: JobSpec = { ...job.spec, after: [] }
  return { id, spec, wait: null, createdMs, parent: job.parent, retryOf: job.id }
}

/** With what is to be different; undefined once it has been started. */
export function changeJob(job: Job, change: Change, links: Links): UnstartedJob | undefined {
  if (!isUnstarted(job)) return undefined
  const { wait, ...specChange } = change
  const spec: JobSpec = { ...job.spec, ...specChange }
  const retriesLeft = change.retries ?? job.retriesLeft
  return { ...job, ...links, spec, retriesLeft, wait: wait === undefined ? job.wait : wait }
}

type Change = Partial<JobSpec> & { readonly wait?: Wait | null }

const WAITING = { wait: null, unmet: 0, doomedBy: null, run: null } as const

function commonOf(job: Job) {
  const { id, spec, createdMs, parent, retryOf } = job
  const { attempt, retriesLeft, badStarts, progress } = job
  return { id, spec, createdMs, parent, retryOf, attempt, retriesLeft, badStarts, progress }
}
