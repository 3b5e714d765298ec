import type { FollowUpState } from '../domain/follow-up.ts'

/** What crosses the socket about follow-ups, and what `--json` prints. */

export interface FollowUpView {
  readonly id: number
  readonly job: number
  readonly session: string
  readonly text: string
  readonly created_at: string
  readonly attempts: number
  /** When it is tried to hand it over next; null when nothing is tried. */
  readonly next_at: string | null
  /** Why the last try has failed; null when none has. */
  readonly problem: string | null
  readonly state: FollowUpState
}

export interface AcknowledgedView {
  readonly acknowledged: readonly number[]
}

export interface RetriedView {
  readonly retried: readonly number[]
}

/** What would be run or called to hand one over. */
export type FollowUpTrialView =
  | {
      readonly way: 'command'
      readonly argv: readonly string[]
      readonly cwd: string
      /** Why it would tell nobody. */
      readonly problem: string | null
    }
  | { readonly way: 'webhook'; readonly address: string }

export interface SessionEndView {
  readonly session: string
  readonly settled: readonly number[]
}

/** "90s", "5m", "2h", or a number of seconds. */
type Duration = string | number

export interface FollowUpsInput {
  readonly session?: string
  /** Those that are pending unless given. */
  readonly state?: FollowUpState
  readonly limit?: number
  readonly before?: number
  /** How long the answer may be held back while there is none. */
  readonly wait?: Duration
}

/** Ids of follow-ups, or of their jobs. */
export interface FollowUpIdsInput {
  readonly ids: readonly number[]
}

export interface SessionEndInput {
  readonly session: string
}

export interface FollowUpVerbInputs {
  followups: FollowUpsInput
  ack: FollowUpIdsInput
  followup_retry: FollowUpIdsInput
  session_end: SessionEndInput
}

export interface FollowUpVerbOutputs {
  followups: FollowUpView[]
  ack: AcknowledgedView
  followup_retry: RetriedView
  session_end: SessionEndView
}

export type FollowUpVerbName = keyof FollowUpVerbInputs
