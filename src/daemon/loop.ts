import { compareClocks, type ClockSample } from '../domain/clocks.ts'
import type { EventBody } from '../domain/event.ts'
import type { Clock } from '../host/clock.ts'
import { reasonOf } from '../host/system-error.ts'

/** One thing that has to be true. Looked at on every turn; may run twice with no harm. */
export interface Step {
  readonly name: string
  /** Resolves with the milliseconds until it wants to run again, if sooner than the tick. */
  run(): Promise<number | undefined>
}

export interface Loop {
  start(): void
  /** Runs a turn soon; any number of calls before it make one. */
  wake(): void
  /** Steps that fail at the moment, one line each. */
  failing(): string[]
  /** Runs no more turns; resolves when the one under way is over. */
  stop(): Promise<void>
}

export interface LoopDeps {
  readonly clock: Clock
  readonly steps: readonly Step[]
  readonly tickMs: () => number
  readonly emit: (body: EventBody) => void
}

/** A turn that takes longer is told. */
const SLOW_TURN_MS = 1_000
/** Rest between turns, so that a storm of wakes cannot keep it turning without end. */
const REST_MS = 20

/** Runs every step in order, over and over: on the tick, and at once when something happened. */
export function createLoop(deps: LoopDeps): Loop {
  const failures = new Map<string, Failure>()
  let timer: NodeJS.Timeout | undefined
  let turning: Promise<void> | undefined
  let wanted = false
  let stopped = false
  let before: ClockSample | undefined
  let waitMs = 0

  function schedule(afterMs: number): void {
    clearTimeout(timer)
    if (stopped) return
    waitMs = afterMs
    timer = setTimeout(turn, afterMs)
  }

  function turn(): void {
    wanted = false
    turning = runTurn().then((nextMs) => {
      turning = undefined
      schedule(wanted ? REST_MS : nextMs)
    })
  }

  async function runTurn(): Promise<number> {
    noticeClocks()
    const began = deps.clock.monotonicMs()
    let nextMs = deps.tickMs()
    let slowest = { name: '', tookMs: 0 }
    for (const step of deps.steps) {
      const stepBegan = deps.clock.monotonicMs()
      const wants = await runStep(step, deps.emit, failures)
      const tookMs = deps.clock.monotonicMs() - stepBegan
      if (wants !== undefined) nextMs = Math.min(nextMs, wants)
      if (tookMs > slowest.tookMs) slowest = { name: step.name, tookMs }
    }
    const tookMs = Math.round(deps.clock.monotonicMs() - began)
    if (tookMs > SLOW_TURN_MS) deps.emit({ type: 'tick_slow', tookMs, slowest: slowest.name })
    before = sample(deps.clock)
    return Math.max(nextMs, REST_MS)
  }

  function noticeClocks(): void {
    if (before === undefined) return
    const found = compareClocks(before, sample(deps.clock), waitMs)
    if (found.sleptMs > 0) deps.emit({ type: 'machine_slept', forMs: found.sleptMs })
    if (found.setMs !== 0) deps.emit({ type: 'clock_set', byMs: found.setMs })
    if (found.frozenMs > 0) deps.emit({ type: 'daemon_frozen', forMs: found.frozenMs })
  }

  return {
    start: () => schedule(0),
    wake: () => {
      if (wanted) return
      wanted = true
      if (turning === undefined) schedule(REST_MS)
    },
    failing: () => [...failures].map(([step, { problem }]) => `step "${step}" fails: ${problem}`),
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await turning
    },
  }
}

interface Failure {
  count: number
  problem: string
}

/** A step that fails is told when it begins to, and when it works again; the others go on. */
async function runStep(
  step: Step,
  emit: (body: EventBody) => void,
  failures: Map<string, Failure>,
): Promise<number | undefined> {
  const failed = failures.get(step.name)
  try {
    const wants = await step.run()
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
