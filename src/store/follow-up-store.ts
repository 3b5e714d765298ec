import type { FollowUp, FollowUpState } from '../domain/follow-up.ts'

/** What the store can do for follow-ups: verbs, each atomic, each durable when it resolves. */
export interface FollowUpStore {
  /** The oldest of each session first, so that no session hides another; of one no more than go together. */
  pending(limit: number): Promise<FollowUp[]>
  /** Newest first. */
  list(query: FollowUpQuery): Promise<FollowUp[]>
  counts(): Promise<FollowUpCounts>
  /** Of each of these jobs the newest. */
  ofJobs(jobs: readonly number[]): Promise<FollowUp[]>
  /** A try begins: counted before it is made. Gives those that are still pending. */
  tried(tries: readonly Try[]): Promise<number[]>
  /** Why that try has failed; kept for those that are still pending. */
  failed(ids: readonly number[], problem: string): Promise<void>
  /** By their own ids, or those of their jobs. */
  acknowledge(ids: readonly number[], atMs: number): Promise<Acknowledged>
  giveUp(ids: readonly number[], atMs: number): Promise<number[]>
  /** Given up or not: from the first try on again, at once. By their own ids, or those of their jobs. */
  retry(ids: readonly number[], nowMs: number): Promise<Acknowledged>
  /** Nobody will come for what it is owed, now or later. Gives what was settled. */
  endSession(session: string, atMs: number): Promise<number[]>
  /** Somebody has worked under that name again. */
  reviveSession(session: string): Promise<void>
}

export interface FollowUpQuery {
  readonly limit: number
  readonly session?: string
  readonly state?: FollowUpState
  readonly beforeId?: number
}

export interface FollowUpCounts {
  readonly pending: number
  readonly givenUp: number
}

export interface Try {
  readonly id: number
  readonly nextMs: number
}

export interface Acknowledged {
  readonly changed: readonly FollowUp[]
  /** Neither a follow-up nor a job that owes one. */
  readonly unknown: readonly number[]
}
