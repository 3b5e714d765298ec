import type {
  ActiveJob,
  Attempt,
  Figures,
  Intent,
  Job,
  JobDraft,
  JobEnd,
  JobSpec,
  JobStatus,
  Progress,
} from '../domain/job.ts'
import type { Groups, StoredGroup } from '../domain/job-groups.ts'
import type { BadStart, Start } from '../domain/job-moves.ts'
import type { Candidate, QueueFacts } from '../domain/job-queue.ts'
import type { Leaver } from '../domain/job-retention.ts'
import type { AwakeTime } from '../domain/job-run.ts'
import type { Wait } from '../domain/job-wait.ts'

/**
 * What the store can do for jobs: verbs, each atomic, each durable when it resolves. Doing one twice
 * does no harm: what is no longer as the verb expects is left alone, and the answer leaves it out.
 */
export interface JobStore {
  /** Takes ids that nobody else gets, ever; gives the first of them. */
  reserveIds(count: number): Promise<number>
  /** Those from here to there were not used after all; only what nobody has reserved beyond can be given again. */
  returnIds(first: number, last: number): Promise<void>
  /** No id up to this one is given out any more. */
  raiseIdFloor(id: number): Promise<void>
  /** All or none. Whoever asks twice with the same ticket has submitted once. */
  submit(drafts: readonly JobDraft[], ticket?: string): Promise<Submission>
  /** The job that was submitted with it. */
  ofTicket(ticket: string): Promise<Job | undefined>

  get(id: number): Promise<Job | undefined>
  getMany(ids: readonly number[]): Promise<Job[]>
  /** The attempts before the one that the job itself tells of, the first first. */
  attempts(id: number): Promise<Attempt[]>
  /** Newest first. */
  list(query: JobQuery): Promise<Job[]>
  counts(): Promise<ReadonlyMap<JobStatus, number>>
  /** What was begun and has not ended, the oldest first. */
  active(): Promise<ActiveJob[]>

  /** Everything that can matter for what starts next, and little else, however many wait. */
  queue(ask: { readonly groups: Groups; readonly most: number }): Promise<QueueLook>
  /** That wait is over; one that waits for something else by now goes on waiting. */
  release(waits: readonly Pick<Candidate, 'id' | 'wait'>[]): Promise<void>
  /** Of what is still queued and may start: from now on each has its slot. Gives those that were begun. */
  begin(starts: readonly Begin[]): Promise<ActiveJob[]>
  /** What became of a start. */
  started(runs: readonly Started[]): Promise<number[]>
  /** The attempt never became a process: it is queued again. */
  putBack(back: PutBack): Promise<boolean>
  /** Outcome, figures, what it means for whoever comes after, and what its session is owed: all or none. */
  end(endings: readonly Ending[]): Promise<Ended[]>

  /** Keeps that they are to end; gives what stands, which an earlier intent may decide. */
  intend(intents: readonly Intended[]): Promise<Intended[]>
  setProgress(id: number, progress: Progress): Promise<boolean>
  /** Only of what has not been started. */
  edit(id: number, change: JobChange): Promise<EditOutcome>
  /** Not started: held; running: stopped, and its clock with it. Gives those that changed, as they are now. */
  pause(ids: readonly number[], now: AwakeTime): Promise<Job[]>
  resume(ids: readonly number[], now: AwakeTime): Promise<Job[]>
  /** Queued again, its last outcome kept among the attempts. */
  retryInPlace(id: number): Promise<Job | undefined>

  groups(): Promise<StoredGroup[]>
  /** How many of each group wait, and how many have a slot. */
  groupCounts(): Promise<ReadonlyMap<string, GroupCount>>
  setGroup(name: string, slots: number): Promise<void>
  /** Unless jobs of it wait or run. What the config says of it stands. */
  removeGroup(name: string): Promise<RemovedGroup>
  /** Starts nothing of it and stops what runs of it. Gives those that changed, as they are now. */
  pauseGroup(name: string, now: AwakeTime): Promise<Job[]>
  resumeGroup(name: string, now: AwakeTime): Promise<Job[]>

  /** Gives those that were owed. */
  acknowledge(ids: readonly number[], atMs: number): Promise<number[]>
  /** Of what has ended. Gives those that went. */
  remove(ids: readonly number[]): Promise<number[]>
  /** What may leave, those first that were acknowledged first. */
  leavers(limit: number): Promise<LeaversLook>
  /** Puts jobs in as they are told by their folders, over what is on record of them. */
  restore(jobs: readonly Job[], tickets?: ReadonlyMap<number, string>): Promise<void>
}

export type Submission =
  | { readonly ok: true }
  /** They come after what is not on record, or not older. */
  | {
      readonly ok: false
      readonly why: 'needs'
      readonly job: number
      readonly needs: readonly number[]
    }
  | { readonly ok: false; readonly why: 'ticket'; readonly job: number }

export interface JobQuery {
  readonly limit: number
  readonly beforeId?: number
  readonly status?: JobStatus
  readonly session?: string
  readonly group?: string
}

export type QueueLook = Pick<QueueFacts, 'taken' | 'queued'>

export interface Begin {
  readonly id: number
  /** In which there was a slot for it; one that was moved since is left. Any, unless given. */
  readonly group?: string | undefined
  readonly attempt: number
  readonly startedMs: number
  readonly now: AwakeTime
}

export interface Started extends Start {
  readonly id: number
  readonly attempt: number
}

export interface PutBack extends BadStart {
  readonly id: number
  readonly attempt: number
}

export interface Ending {
  readonly id: number
  readonly attempt: number
  /** What the end was decided on: of one that has meanwhile been started, it is not the end. */
  readonly of: 'run' | 'waiting'
  readonly end: JobEnd
  /** By the waiter's word; null: as it is on record. */
  readonly startedMs: number | null
  readonly endedMs: number
  readonly figures: Figures
  readonly bytes: number
  /** Another attempt follows after this wait. */
  readonly again: Wait | null
}

export interface Ended {
  readonly id: number
  readonly isFinal: boolean
  readonly session: string | null
}

export interface Intended {
  readonly id: number
  readonly intent: Intent
}

/** What is to be different; what is left out stays. */
export interface JobChange extends Partial<Omit<JobSpec, 'session'>> {
  readonly wait?: Wait | null
}

export type EditOutcome =
  | { readonly kind: 'edited'; readonly job: Job }
  | { readonly kind: 'needs'; readonly needs: readonly number[] }
  /** Not there, or no longer to be edited. */
  | { readonly kind: 'not now' }

export interface GroupCount {
  readonly waiting: number
  readonly active: number
}

export type RemovedGroup =
  | { readonly removed: true }
  | { readonly removed: false; readonly why: 'unknown' }
  | { readonly removed: false; readonly why: 'in use'; readonly count: GroupCount }

export interface LeaversLook {
  readonly kept: { readonly jobs: number; readonly bytes: number }
  readonly oldest: readonly Leaver[]
}
