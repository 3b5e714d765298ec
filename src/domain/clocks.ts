/** One look at the three clocks, and how long we meant to wait before it. */
export interface ClockSample {
  readonly wallMs: number
  readonly monotonicMs: number
  readonly bootMs: number
}

export interface ClockFindings {
  /** The machine slept for so long; 0 if it did not. */
  readonly sleptMs: number
  /** Somebody set the wall clock by so much, negative for back. */
  readonly setMs: number
  /** We ran so much later than we meant to, although the machine was awake. */
  readonly frozenMs: number
}

/** Smaller differences are drift, rounding of the boot clock, or a busy machine. */
const NOTICE_MS = 2_000

/** What happened to time between two looks. Linux: the boot clock counts sleep, the monotonic one does not. */
export function compareClocks(
  before: ClockSample,
  after: ClockSample,
  meantToWaitMs: number,
): ClockFindings {
  const ran = after.monotonicMs - before.monotonicMs
  const passed = after.bootMs - before.bootMs
  const wall = after.wallMs - before.wallMs
  return {
    sleptMs: noticeable(passed - ran),
    setMs: noticeable(wall - passed),
    frozenMs: standstillMs(ran - meantToWaitMs),
  }
}

/** Whoever is late by so much stood still, or was merely busy: then 0. */
export function standstillMs(lateMs: number): number {
  return noticeable(Math.max(0, lateMs))
}

function noticeable(ms: number): number {
  return Math.abs(ms) < NOTICE_MS ? 0 : Math.round(ms)
}
