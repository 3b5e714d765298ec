import type { Reach, Run } from './job-run.ts'
import type { Wait } from './job-wait.ts'

export type { Reach, Run, StartingRun } from './job-run.ts'

export const ENDED_STATUSES = [
  'succeeded',
  'failed',
  'signalled',
  'timed_out',
  'killed',
  'oom',
  'lost',
  'unstartable',
] as const

export const JOB_STATUSES = ['queued', 'paused', 'running', ...ENDED_STATUSES] as const

export type EndedStatus = (typeof ENDED_STATUSES)[number]
export type JobStatus = (typeof JOB_STATUSES)[number]

/** Where a job goes that names no group. */
export const DEFAULT_GROUP = 'default'

/** Where nobody says another. */
export const USUAL_UMASK = 0o022

/** What was asked for. Values of the environment are not part of it: they lie in the job's folder alone. */
export interface JobSpec {
  /** Never split again. */
  readonly command: readonly string[]
  readonly name: string | null
  readonly session: string | null
  readonly group: string
  readonly cwd: string
  /** Which permissions the files that it makes do not get. */
  readonly umask: number
  /** Jobs that have to succeed first. */
  readonly after: readonly number[]
  readonly priority: number
  /** Of its own running time; 0 means none. */
  readonly timeoutMs: number
  /** How often it may be tried again when it does not succeed. */
  readonly retries: number
  readonly keepAwake: boolean
}

/** What is submitted, with its id. */
export interface JobDraft {
  readonly id: number
  readonly spec: JobSpec
  readonly wait: Wait | null
  readonly createdMs: number
  /** The job inside which it was submitted. */
  readonly parent: number | null
  /** The job that it repeats. */
  readonly retryOf: number | null
}

interface Common extends Omit<JobDraft, 'wait'> {
  /** The try that runs, comes next, or was the last; from 1 on. */
  readonly attempt: number
  /** How often it may still be tried again unasked. */
  readonly retriesLeft: number
  /** How often it was to be started and could not, for a reason that may pass. */
  readonly badStarts: number
  readonly progress: Progress | null
}

export interface Progress {
  readonly done: number | null
  readonly total: number | null
  readonly text: string | null
}

/** Not started: nothing has a number or a time yet. */
export interface Waiting {
  /** Null once it is over. */
  readonly wait: Wait | null
  /** How many of the jobs it comes after have not ended. */
  readonly unmet: number
  /** One of them that did not succeed. */
  readonly doomedBy: number | null
  readonly run: null
}

export interface QueuedJob extends Common, Waiting {
  readonly status: 'queued'
}

/** Paused before it was started. */
export interface HeldJob extends Common, Waiting {
  readonly status: 'paused'
}

interface Active<R extends Run> extends Common {
  readonly run: R
  readonly intent: Intent | null
}

export interface RunningJob extends Active<Run> {
  readonly status: 'running'
}

/** Paused as a whole; it keeps its slot. */
export interface StoppedJob extends Active<Run> {
  readonly status: 'paused'
  /** Who resumes the group resumes only what the group paused. */
  readonly pausedBy: PausedBy
}

export type PausedBy = 'hand' | 'group'

/** That it is to end, kept before anything is done about it: it decides what the end is called. */
export interface Intent {
  readonly why: IntentKind
  /** What it is told first. */
  readonly signal: string
  readonly askedMs: number
  /** The same moment on the clock that stands still while the machine sleeps. */
  readonly awakeMs: number
  readonly bootId: string
}

export type IntentKind = 'kill' | 'timeout' | 'lost'

export interface EndedJob extends Common {
  readonly status: EndedStatus
  readonly run: null
  readonly end: JobEnd
  /** Null when it never ran. */
  readonly startedMs: number | null
  readonly endedMs: number
  readonly figures: Figures
  /** What its folder takes. */
  readonly bytes: number
  /** When its session was told, or needed no telling; null as long as it is owed that. */
  readonly acknowledgedMs: number | null
}

/** How it ended. Numbers are there only where a process really gave them. */
export type JobEnd =
  | {
      readonly status: 'succeeded'
      readonly exitCode: 0
      readonly signal: null
      readonly reason: string
    }
  | {
      readonly status: 'failed'
      readonly exitCode: number
      readonly signal: null
      readonly reason: string
    }
  | {
      readonly status: 'signalled'
      readonly exitCode: null
      readonly signal: string
      readonly reason: string
    }
  | {
      readonly status: 'timed_out' | 'killed' | 'oom'
      readonly exitCode: number | null
      readonly signal: string | null
      readonly reason: string
    }
  | {
      readonly status: 'lost' | 'unstartable'
      readonly exitCode: null
      readonly signal: null
      readonly reason: string
    }

/** What it took, null where nothing can tell. */
export interface Figures {
  readonly cpuMs: number | null
  readonly peakMemoryBytes: number | null
  readonly measuredBy: MeasuredBy | null
  readonly reach: Reach | null
}

export type MeasuredBy = 'cgroup' | 'sampled' | 'shell'

export const NO_FIGURES: Figures = {
  cpuMs: null,
  peakMemoryBytes: null,
  measuredBy: null,
  reach: null,
}

/** An attempt that ended and was followed by another. */
export interface Attempt {
  readonly attempt: number
  readonly startedMs: number | null
  readonly endedMs: number
  readonly end: JobEnd
  readonly figures: Figures
}

export type UnstartedJob = QueuedJob | HeldJob
export type ActiveJob = RunningJob | StoppedJob
export type Job = UnstartedJob | ActiveJob | EndedJob

/** What may come after each status. What has ended goes on only by a retry in place. */
export const MAY_BECOME = {
  queued: ['paused', 'running', 'killed', 'unstartable'],
  paused: ['queued', 'running', ...ENDED_STATUSES],
  running: ['paused', 'queued', ...ENDED_STATUSES],
  succeeded: ['queued'],
  failed: ['queued'],
  signalled: ['queued'],
  timed_out: ['queued'],
  killed: ['queued'],
  oom: ['queued'],
  lost: ['queued'],
  unstartable: ['queued'],
} as const satisfies Record<JobStatus, readonly JobStatus[]>

export function isEnded(job: Job): job is EndedJob {
  return isEndedStatus(job.status)
}

export function isEndedStatus(status: string): status is EndedStatus {
  return ENDED_STATUSES.some((each) => each === status)
}

/** It was begun and has not ended: it has its slot, paused or not. */
export function isActive(job: Job): job is ActiveJob {
  return job.run !== null
}

export function isUnstarted(job: Job): job is UnstartedJob {
  return job.run === null && !isEnded(job)
}
