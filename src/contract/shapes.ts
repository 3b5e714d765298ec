import type { Problem } from '../domain/problem.ts'
import type { StoredEvent } from '../domain/event.ts'

/** What crosses the socket and what `--json` prints. Times are ISO-8601 UTC with milliseconds. */

export type LifecycleState = 'WAKE' | 'DROWSY' | 'BEDTIME' | 'ASLEEP'

export interface StatusView {
  readonly state: LifecycleState
  readonly since: string | null
  readonly reason: string
  readonly daemon: DaemonView
  readonly wrappers: { readonly fresh: number; readonly stale: number; readonly orphan: number }
  readonly jobs: Readonly<Record<string, number>>
  readonly followups: { readonly pending: number; readonly given_up: number }
  readonly reports: ReportCountsView
  readonly holds: readonly HoldView[]
  readonly next: { readonly state: LifecycleState; readonly at: string } | null
  readonly last_activity: string | null
  readonly config: { readonly ok: boolean; readonly problem: string | null }
  readonly warnings: readonly string[]
}

export interface ReportCountsView {
  readonly running: number
  /** Of those that run, so many do not even refresh their report. */
  readonly wedged: number
  readonly orphaned: number
}

export interface DaemonView {
  readonly running: boolean
  readonly pid: number | null
  readonly host: string | null
  readonly version: string | null
  readonly started_at: string | null
}

export interface HoldView {
  readonly what: string
  readonly why: string
}

export interface HelloView {
  readonly protocol: number
  readonly version: string
  readonly pid: number
  readonly process_start: string
  readonly home: string
  /** Nothing is in hand that a restart would interrupt. */
  readonly idle: boolean
}

/** What `start` and `restart` print: who answers, and whether it had to be started. */
export interface StartedView extends HelloView {
  readonly outcome: 'started' | 'running'
}

/** What `stop` prints. */
export type StoppedView =
  | { readonly stopped: false }
  | { readonly stopped: true; readonly pid: number }

export interface EventView {
  readonly id: number
  readonly at: string
  readonly type: StoredEvent['body']['type']
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface StopView {
  readonly stopping: true
  readonly pid: number
  readonly process_start: string
}

export interface WrapperView {
  readonly path: string
  readonly pid: number | null
  readonly uuid: string | null
  readonly status: 'fresh' | 'stale' | 'orphan'
  readonly reason: string
  readonly last_refresh: string | null
  readonly age_seconds: number
  readonly label: string | null
  readonly session: string | null
}

export interface ChoreView {
  readonly name: string
  readonly built_in: boolean
  readonly state: 'running' | 'asked' | 'quarantined' | 'done' | 'resting' | 'waiting'
  /** When quarantine or rest ends. */
  readonly until: string | null
  readonly outcome: 'succeeded' | 'failed' | 'timed_out' | 'unstartable' | 'interrupted' | null
  readonly detail: string
  readonly ended_at: string | null
  readonly took_seconds: number
  /** In a row; three put it in quarantine. */
  readonly failures: number
  /** Where its output is kept; null for built-in ones. */
  readonly log: string | null
}

export interface HeldView {
  readonly held: true
}

export interface ReloadView {
  readonly reloaded: boolean
  readonly problem: string | null
  readonly changed: readonly string[]
}

export interface LifecycleFile {
  readonly state: LifecycleState
  readonly since: string
  readonly last_activity: string
  readonly reason: string
}

export interface CheckView {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly why: string
  readonly mend: string | null
  readonly fixed: boolean
}

export interface DoctorView {
  readonly status: 'ok' | 'warn' | 'fail'
  readonly checks: readonly CheckView[]
}

export interface ForceUnlockView {
  readonly removed: boolean
  readonly previous: Readonly<Record<string, unknown>> | null
  readonly previous_alive: boolean
}

export interface PathsView {
  readonly home: string
  readonly config: string
  readonly log: string
  readonly socket: string
  readonly marker: string
  readonly store: string
  readonly lifecycle: string
  readonly wake: string
  readonly wrappers: string
  readonly reports: string
  readonly jobs: string
}

export interface ConfigView {
  readonly file: string
  readonly ok: boolean
  readonly values: readonly ConfigValueView[]
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export interface ConfigValueView {
  readonly key: string
  readonly value: unknown
  readonly source: 'default' | 'file' | 'environment'
}

export interface ErrorView {
  readonly error: Problem & { readonly issues?: readonly FieldIssue[] | undefined }
}

export interface FieldIssue {
  readonly field: string
  readonly reason: string
}
