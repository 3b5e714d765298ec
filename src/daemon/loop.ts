import type { ClockTurn, ClockWatch } from '../domain/clock-watch.ts'
import { beginClockWatch, watchClocks } from '../domain/clock-watch.ts'
import { type ClockFindings, type ClockSample, standstillMs } from '../domain/clocks.ts'
import type { EventBody } from '../domain/event.ts'
import type { Clock } from '../host/clock.ts'
import { reasonOf } from '../host/system-error.ts'

/** One thing that has to be true. Looked at on every turn; may run twice with no harm. */
export interface Step {
  readonly name: string
  /** Resolves with the milliseconds until it wants to run again, if sooner than the tick. */
  run(clocks: ClockTurn): Promise<number | undefined>
}

export interface Loop {
  start(): void
  /** Runs a turn soon; any number of calls before it make one. */
  wake(): void
  /** Runs a turn soon; resolves when one that began after the call is over, or none will come. */
  turn(): Promise<void>
  /** For how long we stand still already, as the next turn will find. */
  standstillMs(): number
  /** Steps that fail at the moment, one line each. */
  failing(): string[]
  /** Runs no more turns; resolves when the one under way is over. */
  stop(): Promise<void>
}

export interface LoopDeps {
  readonly clock: Clock
  readonly steps: readonly Step[]
  readonly tickMs: () => number
  readonly staleAfterMs: () => number
  /** How far the wall clock was set while no daemon looked. */
  readonly setWhileAwayMs: number
  readonly emit: (body: EventBody) => void
}

/** A turn that takes longer is told. */
const SLOW_TURN_MS = 1_000
/** Rest between turns, so that a storm of wakes cannot keep it turning without end. */
const REST_MS = 20
/** The longer a turn takes, the longer the rest: a house of ten thousand wrappers leaves the machine to others. */
const REST_FOR_WORK = 3
const MOST_REST_MS = 150

/** Runs every step in order, over and over: on the tick, and at once when something happened. */
export function createLoop(deps: LoopDeps): Loop {
  const failures = new Map<string, Failure>()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let turning: Promise<void> | undefined
  let wanted = false
  let phase: 'new' | 'running' | 'over' = 'new'
  let watch: ClockWatch | undefined
  let dueMs = Infinity
  let restMs = REST_MS
  let restedSinceMs = -Infinity
  const waiting: (() => void)[] = []

  function schedule(afterMs: number): void {
    unschedule()
    if (phase !== 'running') return
    dueMs = Math.min(dueMs, deps.clock.monotonicMs() + afterMs)
    // The shortest timer takes a millisecond.
    if (afterMs === 0) soon = setImmediate(turn)
    else timer = setTimeout(turn, afterMs)
  }

  function unschedule(): void {
    clearTimeout(timer)
    clearImmediate(soon)
  }

  function turn(): void {
    wanted = false
    const answered = waiting.splice(0)
    turning = runTurn().then((nextMs) => {
      turning = undefined
      restedSinceMs = deps.clock.monotonicMs()
      for (const resolve of answered) resolve()
      schedule(wanted ? restMs : nextMs)
    })
  }

  /** Who has rested enough turns at once. */
  function restLeftMs(): number {
    return Math.max(0, restedSinceMs + restMs - deps.clock.monotonicMs())
  }

  function wake(): void {
    if (wanted || phase !== 'running') return
    wanted = true
    if (turning === undefined) schedule(restLeftMs())
  }

  async function runTurn(): Promise<number> {
    const clocks = lookAtClocks()
    watch = clocks.watch
    tellFindings(clocks.findings, deps.emit)
    dueMs = Infinity
    let nextMs = deps.tickMs()
    let slowest = { name: '', tookMs: 0 }
    for (const step of deps.steps) {
      const stepBegan = deps.clock.monotonicMs()
      const wants = await runStep(step, clocks, deps.emit, failures)
      const tookMs = deps.clock.monotonicMs() - stepBegan
      if (wants !== undefined) nextMs = Math.min(nextMs, wants)
      if (tookMs > slowest.tookMs) slowest = { name: step.name, tookMs }
    }
    const tookMs = Math.round(deps.clock.monotonicMs() - clocks.watch.sample.monotonicMs)
    restMs = Math.min(MOST_REST_MS, Math.max(REST_MS, tookMs * REST_FOR_WORK))
    if (tookMs > SLOW_TURN_MS) deps.emit({ type: 'tick_slow', tookMs, slowest: slowest.name })
    return Math.max(nextMs, REST_MS)
  }

  function lookAtClocks(): ClockTurn {
    const now = sample(deps.clock)
    if (watch === undefined) return beginClockWatch(now, deps.setWhileAwayMs, deps.staleAfterMs())
    return watchClocks(watch, now, dueMs - watch.sample.monotonicMs, deps.staleAfterMs())
  }

  return {
    start: () => {
      phase = 'running'
      schedule(0)
    },
    wake,
    turn: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (phase === 'over') resolve()
      else waiting.push(resolve)
      wake()
      return promise
    },
    standstillMs: () => standstillMs(deps.clock.monotonicMs() - dueMs),
    failing: () => [...failures].map(([step, { problem }]) => `step "${step}" fails: ${problem}`),
    stop: async () => {
      phase = 'over'
      unschedule()
      await turning
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

function tellFindings(found: ClockFindings, emit: (body: EventBody) => void): void {
  if (found.sleptMs > 0) emit({ type: 'machine_slept', forMs: found.sleptMs })
  if (found.setMs !== 0) emit({ type: 'clock_set', byMs: found.setMs })
  if (found.frozenMs > 0) emit({ type: 'daemon_frozen', forMs: found.frozenMs })
}

interface Failure {
  count: number
  problem: string
}

/** A step that fails is told when it begins to, and when it works again; the others go on. */
async function runStep(
  step: Step,
  clocks: ClockTurn,
  emit: (body: EventBody) => void,
  failures: Map<string, Failure>,
): Promise<number | undefined> {
  const failed = failures.get(step.name)
  try {
    const wants = await step.run(clocks)
    if (failed !== undefined) {
      failures.delete(step.name)
      emit({ type: 'step_recovered', step: step.name, failures: failed.count })
    }
    return wants
  } catch (error) {
    const problem = reasonIn(error)
    if (failed?.problem !== problem) emit({ type: 'step_failed', step: step.name, problem })
    failures.set(step.name, { count: (failed?.count ?? 0) + 1, problem })
    return undefined
  }
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? reasonOf(error)) : String(error)
}

function sample(clock: Clock): ClockSample {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs(), bootMs: clock.bootMs() }
}
