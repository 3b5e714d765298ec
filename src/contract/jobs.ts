import type { FollowUpState } from '../domain/follow-up.ts'
import type { EndedStatus, JobStatus, MeasuredBy, Reach } from '../domain/job.ts'

/** What crosses the socket about jobs, and what `--json` prints. Times are ISO-8601 UTC with milliseconds. */

export interface JobView {
  readonly id: number
  readonly status: JobStatus
  readonly command: readonly string[]
  readonly name: string | null
  readonly session: string | null
  readonly group: string
  readonly cwd: string
  readonly pid: number | null
  readonly created_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
  /** Null unless the process really returned one. */
  readonly exit_code: number | null
  readonly signal: string | null
  readonly reason: string | null
  readonly attempt: number
  readonly progress: ProgressView | null
  readonly cpu_seconds: number | null
  readonly peak_memory_bytes: number | null
  readonly measured_by: MeasuredBy | null
  readonly reach: Reach | null
  readonly follow_up: FollowUpState | null
  readonly priority: number
  readonly after: readonly number[]
  /** When its wait is over, as far as that can be told. */
  readonly due_at: string | null
  readonly timeout_seconds: number | null
  readonly retries: number
  readonly keep_awake: boolean
  readonly parent: number | null
  readonly retry_of: number | null
  readonly acknowledged_at: string | null
}

/** One job with its history. */
export interface JobDetailView extends JobView {
  readonly folder: string
  /** Those before the one that the job itself tells of. */
  readonly attempts: readonly AttemptView[]
}

export interface AttemptView {
  readonly attempt: number
  readonly status: EndedStatus
  readonly started_at: string | null
  readonly ended_at: string
  readonly exit_code: number | null
  readonly signal: string | null
  readonly reason: string
  readonly cpu_seconds: number | null
  readonly peak_memory_bytes: number | null
  readonly measured_by: MeasuredBy | null
  readonly reach: Reach | null
}

export interface ProgressView {
  readonly done: number | null
  readonly total: number | null
  readonly text: string | null
}

export interface GroupView {
  readonly name: string
  /** Null: any number. */
  readonly slots: number | null
  readonly paused: boolean
  readonly running: number
  readonly queued: number
}

export interface WaitView {
  /** In the order asked for, each once. */
  readonly jobs: readonly JobView[]
  /** False when the time was over first. */
  readonly ended: boolean
}

/** The last lines of what a job has written. */
export interface LogView {
  readonly id: number
  readonly attempt: number
  /** As it was written, so not safe for a terminal. Bytes that are no UTF-8 are replaced. */
  readonly text: string
  /** All that was written, of which some may have been cut out. */
  readonly bytes: number
  readonly lost_bytes: number
}

export interface RemovedJobsView {
  readonly removed: readonly number[]
}

export interface RemovedGroupView {
  readonly removed: boolean
}

/** "90s", "5m", "2h", or a number of seconds. */
type Duration = string | number

/** What can be said of a job when it is submitted, and changed while it is queued. */
interface Wishes {
  readonly name?: string
  readonly group?: string
  readonly after?: readonly number[]
  readonly delay?: Duration
  /** ISO-8601 with a zone. Not together with `delay`. */
  readonly at?: string
  readonly priority?: number
  /** 0 means none. */
  readonly timeout?: Duration
  readonly retry?: number
  readonly keep_awake?: boolean
}

/** Either a `command` or a `shell` line. */
export interface RunInput extends Wishes {
  readonly command?: readonly string[]
  readonly shell?: string
  readonly cwd: string
  /** In octal: "027". "022" unless given. */
  readonly umask?: string
  /** All of it, but what is meant for one process alone: nothing of the daemon's own environment is added. */
  readonly env?: Readonly<Record<string, string>>
  /** On top of it, whatever it is. */
  readonly set_env?: Readonly<Record<string, string>>
  readonly session?: string
  /** The job inside which it is submitted. */
  readonly parent?: number
  /** Made up by the caller: asked again with the same one, nothing new is submitted. */
  readonly ticket?: string
}

export interface JobsInput {
  readonly status?: JobStatus
  readonly session?: string
  readonly group?: string
  readonly limit?: number
  readonly before?: number
}

export interface JobInput {
  readonly id: number
}

export interface WaitInput {
  readonly ids: readonly number[]
  /** How long the answer may be held back. */
  readonly wait?: Duration
}

export interface KillInput {
  readonly ids: readonly number[]
  readonly signal?: string
}

export interface RetryInput {
  readonly id: number
  readonly in_place?: boolean
  /** As with `run`; not needed in place. */
  readonly ticket?: string
}

export interface LogsInput {
  readonly id: number
  /** The newest unless given. */
  readonly attempt?: number
  readonly lines?: number
}

/** Either jobs or a group. */
export interface PauseInput {
  readonly ids?: readonly number[]
  readonly group?: string
}

export interface EditInput extends Wishes {
  readonly id: number
  readonly command?: readonly string[]
  readonly cwd?: string
}

export interface JobsRemoveInput {
  readonly ids: readonly number[]
}

export interface GroupSetInput {
  readonly name: string
  /** 0 means any number. */
  readonly slots: number
}

export interface GroupRemoveInput {
  readonly name: string
}

export interface ProgressInput {
  readonly id: number
  readonly done?: number
  readonly total?: number
  readonly text?: string
}

type Nothing = Readonly<Record<string, never>>

/** What each verb of jobs takes. */
export interface JobVerbInputs {
  run: RunInput
  jobs: JobsInput
  job: JobInput
  logs: LogsInput
  wait: WaitInput
  kill: KillInput
  retry: RetryInput
  pause: PauseInput
  resume: PauseInput
  edit: EditInput
  remove: JobsRemoveInput
  clean: Nothing
  progress: ProgressInput
  groups: Nothing
  group_set: GroupSetInput
  group_remove: GroupRemoveInput
}

/** What each verb of jobs answers with. */
export interface JobVerbOutputs {
  run: JobView
  jobs: JobView[]
  job: JobDetailView
  logs: LogView
  wait: WaitView
  kill: JobView[]
  retry: JobView
  pause: JobView[]
  resume: JobView[]
  edit: JobView
  remove: RemovedJobsView
  clean: RemovedJobsView
  progress: JobView
  groups: GroupView[]
  group_set: GroupView
  group_remove: RemovedGroupView
}

export type JobVerbName = keyof JobVerbInputs
