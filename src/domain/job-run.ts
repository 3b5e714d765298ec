/** What names one process for ever: its number, when it started, and in which boot. */
export interface ProcessKey {
  readonly pid: number
  readonly processStart: string
  readonly bootId: string
}

/** A look at the clock that stands still while the machine sleeps and is the same for all processes of a boot. */
export interface AwakeTime {
  readonly awakeMs: number
  readonly bootId: string
}

/** One moment on every clock that jobs are measured by. */
export interface Moment extends AwakeTime {
  readonly wallMs: number
  /** Milliseconds since boot, sleep included. */
  readonly bootMs: number
}

/** The running time of a job. */
export interface RunClock {
  /** What it had before it was last paused. */
  readonly ranMs: number
  /** Since when it runs without a break; null while it is paused. */
  readonly since: AwakeTime | null
}

/** What is known of an attempt that was begun. */
export type Run = StartingRun | StartedRun

interface AnyRun {
  /** When it was begun, on the wall clock. */
  readonly startedMs: number
  readonly clock: RunClock
}

/** Recorded; whether it ever becomes a process is decided by whoever makes the attempt's start fence. */
export interface StartingRun extends AnyRun {
  readonly phase: 'starting'
}

export interface StartedRun extends AnyRun {
  readonly phase: 'started'
  readonly waiter: ProcessKey
  /** Null where only the waiter is known. */
  readonly process: ProcessKey | null
  readonly reach: Reach | null
  /** What the host needs to find the job again: a unit, a cgroup. */
  readonly place: string | null
}

/** How far a look for what belongs to a job goes. */
export type Reach = 'scope' | 'cgroup' | 'subreaper' | 'scan'

export function startClock(now: AwakeTime): RunClock {
  return { ranMs: 0, since: atMoment(now) }
}

/** Runs since the job itself does, its launch not counted. One that was paused meanwhile has no one beginning. */
export function clockSince({ ranMs, since }: RunClock, began: AwakeTime): RunClock {
  return { ranMs, since: since === null || ranMs > 0 ? since : atMoment(began) }
}

/** Paused time is no running time. */
export function pauseClock(clock: RunClock, now: AwakeTime): RunClock {
  return { ranMs: ranFor(clock, now), since: null }
}

export function resumeClock(clock: RunClock, now: AwakeTime): RunClock {
  return clock.since === null ? { ...clock, since: atMoment(now) } : clock
}

/** How long it has run itself. Between two boots nothing runs, and a clock that fell back says nothing. */
export function ranFor({ ranMs, since }: RunClock, now: AwakeTime): number {
  return ranMs + (since === null ? 0 : awakeBetween(since, now))
}

export function awakeBetween(before: AwakeTime, now: AwakeTime): number {
  return before.bootId === now.bootId ? Math.max(0, now.awakeMs - before.awakeMs) : 0
}

function atMoment({ awakeMs, bootId }: AwakeTime): AwakeTime {
  return { awakeMs, bootId }
}
