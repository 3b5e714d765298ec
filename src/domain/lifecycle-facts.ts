export type LifecycleState = 'WAKE' | 'DROWSY' | 'BEDTIME' | 'ASLEEP'

/** Somebody did something. Like every time in here it is on the boot clock, which no one can set. */
export interface Act {
  readonly atMs: number
  /** Who or what, as a few words: `the request "run"`, `wake.signal`, `wrapper 4711`. */
  readonly by: string
}

/** Something that holds the next state off. */
export interface Hold {
  readonly what: string
  readonly why: string
}

export interface WrapperFacts {
  readonly fresh: number
  /** Fresh, and of the kind that says nothing about its activity: being there is acting. */
  readonly present: number
  /** Not heard since the machine slept, the clock was set or this daemon began, and still with time to speak. */
  readonly unheard: number
  /** When one of them last acted, as far as that is told. */
  readonly lastActMs: number | null
}

/** What the machine says of the person in front of it. */
export type SystemIdle =
  | { readonly kind: 'not asked' }
  /** No such tool, no answer, or nobody who could know. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'active' }
  /** `forMs` is null where only that, and not since when, is known. */
  | { readonly kind: 'idle'; readonly forMs: number | null }

/** All that the state of the house depends on, at one moment. */
export interface LifecycleFacts {
  readonly nowMs: number
  /** For people only: what is shown as a date. */
  readonly wallMs: number
  /** When this daemon began. */
  readonly startedMs: number
  /** The newest request that does work, wake signal or act of a wrapper; null when there was none. */
  readonly act: Act | null
  readonly wrappers: WrapperFacts
  readonly holds: readonly Hold[]
  readonly jobs: { readonly running: number; readonly queued: number }
  readonly reports: { readonly running: number }
  readonly followUps: { readonly pending: number }
  /** Names of tonight's chores that run or are still to be done. */
  readonly chores: readonly string[]
  readonly systemIdle: SystemIdle
}

/** From the config. A time of 0 means that this state is never reached by idleness. */
export interface LifecycleRules {
  readonly drowsyAfterMs: number
  readonly bedtimeAfterMs: number
  readonly asleepAfterMs: number
  readonly staleAfterMs: number
  readonly exitWhenAsleep: boolean
  readonly systemIdle: boolean
}

/** What outlives a turn, and a daemon. */
export interface LifecycleMemory {
  readonly state: LifecycleState
  readonly sinceMs: number
  /** Why it came to this state. */
  readonly reason: string
  readonly lastAct: Act
  readonly bedtimeByHand: BedtimeByHand | null
}

/** Stands until somebody acts. */
export interface BedtimeByHand {
  readonly atMs: number
  /** Whatever holds bedtime off is overruled; only a new act counts. */
  readonly force: boolean
}
