import { BOARD_VERBS } from './board-verbs.ts'
import type { BoardVerbInputs, BoardVerbOutputs } from './boards.ts'
import { FOLLOW_UP_VERBS } from './follow-up-verbs.ts'
import type { FollowUpVerbInputs, FollowUpVerbOutputs } from './follow-ups.ts'
import { JOB_VERBS } from './job-verbs.ts'
import type { JobVerbInputs, JobVerbOutputs } from './jobs.ts'
import { REPORT_VERBS } from './report-verbs.ts'
import type { ReportVerbInputs, ReportVerbOutputs } from './reports.ts'
import type {
  ChoreView,
  EventView,
  HeldView,
  HelloView,
  ReloadView,
  StatusView,
  StopView,
  WrapperView,
} from './shapes.ts'

/**
 * Every verb that crosses the socket. `effect` says what it means for the house: `read` leaves it
 * asleep, `work` counts as activity, `hold` keeps it awake for as long as the request lives.
 */
export interface Verb {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly effect: 'read' | 'work' | 'hold'
  /** Whether it takes parameters at all; what they may be is said in `formats/`. */
  readonly takes: 'nothing' | 'input'
  /** Its body may be larger than others. */
  readonly isLarge?: true
  /** Its answer may be held back for a while. */
  readonly isLong?: true
  /** It may ask a command of the user's first, or read a lot. */
  readonly isSlow?: true
  readonly summary: string
}

export const VERBS = {
  hello: {
    method: 'GET',
    path: '/v1/hello',
    effect: 'read',
    takes: 'nothing',
    summary: 'Who answers: protocol, version, process. Served to every protocol.',
  },
  status: {
    method: 'GET',
    path: '/v1/status',
    effect: 'read',
    takes: 'nothing',
    summary: 'The state of the house, who is awake and what comes next.',
  },
  events: {
    method: 'GET',
    path: '/v1/events',
    effect: 'read',
    takes: 'input',
    summary:
      'What happened. A list with `Accept: application/json`, else live server-sent events, resumable by Last-Event-ID.',
  },
  wrappers: {
    method: 'GET',
    path: '/v1/wrappers',
    effect: 'read',
    takes: 'nothing',
    summary: 'Who is awake: every heartbeat with its verdict and the reason.',
  },
  wake: {
    method: 'POST',
    path: '/v1/wake',
    effect: 'work',
    takes: 'input',
    summary: 'Wake the house.',
  },
  bedtime: {
    method: 'POST',
    path: '/v1/bedtime',
    effect: 'read',
    takes: 'input',
    summary: 'Send the house to bed; with `force` whoever is awake and whatever runs.',
  },
  hold: {
    method: 'POST',
    path: '/v1/hold',
    effect: 'hold',
    takes: 'input',
    summary: 'Nobody goes to bed for as long as this request is kept open.',
  },
  chores: {
    method: 'GET',
    path: '/v1/chores',
    effect: 'read',
    takes: 'nothing',
    summary: "The night's work: how each chore last ended, and how it stands.",
  },
  run_chore: {
    method: 'POST',
    path: '/v1/chores/run',
    effect: 'read',
    takes: 'input',
    summary: 'Run a chore now, at any hour.',
  },
  reset_chore: {
    method: 'POST',
    path: '/v1/chores/reset',
    effect: 'read',
    takes: 'input',
    summary: 'Lift the quarantine of a chore and forget its failures.',
  },
  ...JOB_VERBS,
  ...FOLLOW_UP_VERBS,
  ...BOARD_VERBS,
  ...REPORT_VERBS,
  reload: {
    method: 'POST',
    path: '/v1/reload',
    effect: 'read',
    takes: 'nothing',
    summary: 'Read the config again. A bad file is refused and the old values stay.',
  },
  stop: {
    method: 'POST',
    path: '/v1/stop',
    effect: 'read',
    takes: 'input',
    summary: 'Finish what is in hand and leave. Served to every protocol.',
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    effect: 'read',
    takes: 'nothing',
    summary: 'This API as an OpenAPI 3.1 document.',
  },
} as const satisfies Record<string, Verb>

export type VerbName = keyof typeof VERBS

/** Answered whatever protocol the caller speaks, so that any two versions can part in peace. */
export const ANY_PROTOCOL: ReadonlySet<VerbName> = new Set(['hello', 'stop'])

/** What each verb answers with. */
export interface VerbOutputs
  extends JobVerbOutputs, FollowUpVerbOutputs, BoardVerbOutputs, ReportVerbOutputs {
  hello: HelloView
  status: StatusView
  events: EventView[]
  wrappers: WrapperView[]
  wake: StatusView
  bedtime: StatusView
  hold: HeldView
  chores: ChoreView[]
  run_chore: ChoreView
  reset_chore: ChoreView
  reload: ReloadView
  stop: StopView
  openapi: unknown
}

/** What each verb takes. */
export interface VerbInputs
  extends JobVerbInputs, FollowUpVerbInputs, BoardVerbInputs, ReportVerbInputs {
  hello: Nothing
  status: Nothing
  events: { readonly limit?: number; readonly before?: number; readonly after?: number }
  wrappers: Nothing
  wake: { readonly by?: string }
  bedtime: { readonly force?: boolean }
  hold: { readonly why: string }
  chores: Nothing
  run_chore: { readonly name: string }
  reset_chore: { readonly name: string }
  reload: Nothing
  stop: { readonly why?: string }
  openapi: Nothing
}

type Nothing = Readonly<Record<string, never>>
