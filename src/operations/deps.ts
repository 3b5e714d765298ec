import type { LoadedConfig } from '../config.ts'
import type { LifecycleState } from '../contract/shapes.ts'
import type { Events } from '../events.ts'
import type { Clock } from '../host/clock.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import type { Store } from '../store/store.ts'

/** What an operation may ask of the running daemon. */
export interface Deps {
  readonly clock: Clock
  readonly events: Events
  readonly self: DaemonSelf
  store(): Store
  config(): CurrentConfig
  lifecycle(): Lifecycle
  /** Why the daemon is not quite well, one line each. */
  warnings(): string[]
  reload(): Promise<ReloadOutcome>
  stop(why: string): void
}

export interface DaemonSelf extends ProcessIdentity {
  readonly version: string
  readonly host: string
  readonly home: string
  readonly startedAtMs: number
}

export interface CurrentConfig extends LoadedConfig {
  /** Why the newest file was refused; the values are then still the old ones. */
  readonly problem: string | null
}

export interface Lifecycle {
  readonly state: LifecycleState
  readonly sinceMs: number
  readonly reason: string
  readonly lastActivityMs: number
}

export interface ReloadOutcome {
  readonly changed: readonly string[]
  readonly problem: string | null
}
