import type { Figures, Job, JobDraft, JobStatus } from '../domain/job.ts'
import type { Groups } from '../domain/job-groups.ts'
import type { Moment } from '../domain/job-run.ts'

/** What an operation may ask of whoever looks after jobs, beside their store. */
export interface JobDesk {
  now(): Moment
  /** For a new job; nobody else gets it, ever. */
  nextId(): Promise<number>
  groups(): Promise<Groups>
  counts(): Promise<ReadonlyMap<JobStatus, number>>
  /** These are on record in another way than before, or the queue is: the next turn looks, soon. */
  changed(ids: readonly number[]): void
  /** These have ended: whoever waits for them hears it. */
  told(ids: readonly number[]): void
  /** What runs a line of shell here. */
  shellCommand(line: string): readonly string[]
  /** What those that run have taken so far. */
  figures(jobs: readonly Job[]): ReadonlyMap<number, Figures>
  /** Resolves when one of them has ended, the time is over, nobody asks any more, or the daemon leaves. */
  nextEnd(ids: readonly number[], withinMs: number, gone: AbortSignal): Promise<void>
  isLeaving(): boolean
  /** Tells the processes of its group; false where they are not, or not surely, there. */
  signal(job: Job, signal: string): boolean
  folderOf(id: number): string
  /** The folder with all that a lost store would need; it outlives a power cut. */
  makeFolder(
    draft: JobDraft,
    environment: JobEnvironment,
    ticket: string | undefined,
  ): Promise<void>
  /** Undefined when it is gone. */
  environmentOf(id: number): Readonly<Record<string, string>> | undefined
  rewriteSpec(draft: JobDraft): Promise<void>
  dropFolder(id: number): void
  readLog(id: number, attempt: number, lines: number): LogText
}

export interface JobEnvironment {
  /** Of it, what is meant for one process alone is left out. */
  readonly inherited: Readonly<Record<string, string>>
  readonly asked: Readonly<Record<string, string>>
}

export interface LogText {
  readonly text: string
  readonly bytes: number
  readonly lostBytes: number
}
