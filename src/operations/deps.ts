import type { LoadedConfig } from '../config.ts'
import type { ChoreView, HoldView, LifecycleState, WrapperView } from '../contract/shapes.ts'
import type { Events } from '../events.ts'
import type { Clock } from '../host/clock.ts'
import type { ProcessIdentity } from '../host/identity.ts'
import type { Store } from '../store/store.ts'
import type { BoardDesk } from './board-desk.ts'
import type { FollowUpDesk } from './follow-up-desk.ts'
import type { JobDesk } from './job-desk.ts'
import type { ReportDesk } from './report-desk.ts'

/** What an operation may ask of the running daemon. */
export interface Deps {
  readonly clock: Clock
  readonly events: Events
  readonly self: DaemonSelf
  readonly house: House
  readonly jobs: JobDesk
  readonly followUps: FollowUpDesk
  readonly boards: BoardDesk
  readonly reports: ReportDesk
  store(): Store
  config(): CurrentConfig
  /** Why the daemon is not quite well, one line each. */
  warnings(): string[]
  /** Resolves when a turn has run that began after the call. */
  turn(): Promise<void>
  reload(): Promise<ReloadOutcome>
  stop(why: string): void
}

/** The house as doors see it. */
export interface House {
  now(): HouseNow
  wrappers(): WrapperView[]
  counts(): { readonly fresh: number; readonly stale: number; readonly orphan: number }
  /** Somebody did something. */
  act(by: string): void
  /** Gives back what lets go of it. */
  hold(hold: HoldView): () => void
  toBed(force: boolean): ToBed
  chores(): ChoreView[]
  runChore(name: string): ChoreByHand
  resetChore(name: string): ChoreByHand
}

export interface HouseNow {
  readonly state: LifecycleState
  readonly sinceMs: number
  readonly reason: string
  readonly lastActivityMs: number
  readonly holds: readonly HoldView[]
  readonly next: { readonly state: LifecycleState; readonly atMs: number } | null
}

export type ToBed =
  | { readonly ok: true }
  | { readonly ok: false; readonly heldBy: readonly HoldView[] }

export type ChoreByHand =
  | { readonly ok: true }
  | { readonly ok: false; readonly known: readonly string[] }

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

export interface ReloadOutcome {
  readonly changed: readonly string[]
  readonly problem: string | null
}
