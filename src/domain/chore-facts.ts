/** One piece of the night's work. */
export interface ChoreSpec {
  readonly name: string
  readonly builtIn: boolean
  /** How long it may run; 0 means as long as it likes. */
  readonly timeoutMs: number
  /** Not again before this long after it last ended; 0 means every night. */
  readonly everyMs: number
}

/** How a run ended, as it was seen. */
export type ChoreEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'unstartable'; readonly reason: string }
  /** A built-in one. */
  | { readonly kind: 'done'; readonly note: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** Why a run was asked to end. */
export type ChoreStop = 'woken' | 'timeout' | 'leaving'

/** What goes on outside, as the runner sees it. */
export type ChoreRun =
  | { readonly run: number; readonly state: 'running'; readonly stop: ChoreStop | null }
  | {
      readonly run: number
      readonly state: 'ended'
      readonly stop: ChoreStop | null
      readonly end: ChoreEnd
      readonly tookMs: number
    }

export type ChoreOutcome = 'succeeded' | 'failed' | 'timed_out' | 'unstartable' | 'interrupted'

/** What is known of a chore from night to night. Times are on the boot clock. */
export interface ChoreRecord {
  readonly outcome: ChoreOutcome | null
  readonly detail: string
  readonly endedMs: number | null
  readonly tookMs: number
  /** Failures in a row; an interruption is none. */
  readonly failures: number
  /** Daemons in a row that died while it ran. */
  readonly deaths: number
  readonly quarantinedMs: number | null
}

export interface ChoreMemory {
  readonly records: ReadonlyMap<string, ChoreRecord>
  /** Tonight's chores that had their turn. Kept when the night is cut short, so that the next goes on there. */
  readonly done: readonly string[]
  /** All of tonight's are through. */
  readonly over: boolean
  /** Asked for by hand, to be run at any hour. */
  readonly asked: readonly string[]
  /** How many runs there have been. */
  readonly runs: number
  /** Written down before it starts. */
  readonly running: RunningChore | null
}

export interface RunningChore {
  readonly name: string
  /** No two runs have the same number. */
  readonly run: number
  readonly byHand: boolean
  /** Time it has had while the machine was awake and we were looking. */
  readonly ranMs: number
}

export interface ChoreFacts {
  readonly nowMs: number
  /** Time that passed since the last turn, without sleep and without our own lateness. */
  readonly ranMs: number
  /** In bed, and not yet asleep. */
  readonly isNight: boolean
  /** Neither in bed nor asleep. */
  readonly isUp: boolean
  /** In the order in which they run. */
  readonly list: readonly ChoreSpec[]
  /** The run that goes on outside or ended there; null when there is none. */
  readonly run: ChoreRun | null
}

/** What is to be done now; saying it twice must do no harm. */
export type ChoreDecision =
  | { readonly do: 'start'; readonly name: string; readonly run: number }
  | { readonly do: 'stop'; readonly run: number; readonly why: ChoreStop }
  /** One runs: look again in `againInMs`, or when it ends. */
  | { readonly do: 'wait'; readonly run: number; readonly againInMs: number | null }
  | { readonly do: 'nothing' }

export type ChoreEvent =
  | { readonly type: 'chore_started'; readonly chore: string; readonly byHand: boolean }
  | {
      readonly type: 'chore_ended'
      readonly chore: string
      readonly outcome: ChoreOutcome
      readonly detail: string
      readonly tookMs: number
    }
  | {
      readonly type: 'chore_quarantined'
      readonly chore: string
      readonly forMs: number
      readonly why: string
    }
