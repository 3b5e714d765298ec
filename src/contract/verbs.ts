import type { EventView, HelloView, ReloadView, StatusView, StopView } from './shapes.ts'

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
export interface VerbOutputs {
  hello: HelloView
  status: StatusView
  events: EventView[]
  reload: ReloadView
  stop: StopView
  openapi: unknown
}

/** What each verb takes. */
export interface VerbInputs {
  hello: Nothing
  status: Nothing
  events: { readonly limit?: number; readonly before?: number; readonly after?: number }
  reload: Nothing
  stop: { readonly why?: string }
  openapi: Nothing
}

type Nothing = Readonly<Record<string, never>>
