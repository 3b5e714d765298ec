import { type ClockFindings, type ClockSample, compareClocks } from './clocks.ts'

/** What is known of the clocks from turn to turn. Times are on the monotonic clock. */
export interface ClockWatch {
  readonly sample: ClockSample
  /** When this daemon began, or last found that the machine slept, the clock was set or it was late itself. */
  readonly disturbedMs: number
  /** Until then nobody is called stale, swept or given up: all have had their time to speak. */
  readonly graceUntilMs: number
}

export interface ClockTurn {
  readonly watch: ClockWatch
  readonly findings: ClockFindings
  /** What passed since the last turn, without sleep and without our own lateness. */
  readonly ranMs: number
}

const NOTHING: ClockFindings = { sleptMs: 0, setMs: 0, frozenMs: 0 }

/** The first turn of a daemon. A clock that was set while nobody looked makes every date doubtful. */
export function beginClockWatch(now: ClockSample, setMs: number, staleAfterMs: number): ClockTurn {
  const graceUntilMs = setMs === 0 ? -Infinity : now.monotonicMs + staleAfterMs
  const watch = { sample: now, disturbedMs: now.monotonicMs, graceUntilMs }
  return { watch, findings: NOTHING, ranMs: 0 }
}

/** Every further turn; `meantToWaitMs` is what was to pass since the sample of the one before. */
export function watchClocks(
  before: ClockWatch,
  now: ClockSample,
  meantToWaitMs: number,
  staleAfterMs: number,
): ClockTurn {
  const findings = compareClocks(before.sample, now, meantToWaitMs)
  const passedMs = now.monotonicMs - before.sample.monotonicMs
  const ranMs = Math.max(0, passedMs - findings.frozenMs)
  if (findings.sleptMs <= 0 && findings.setMs === 0 && findings.frozenMs === 0) {
    return { watch: { ...before, sample: now }, findings, ranMs }
  }
  const graceUntilMs = now.monotonicMs + staleAfterMs
  return { watch: { sample: now, disturbedMs: now.monotonicMs, graceUntilMs }, findings, ranMs }
}
