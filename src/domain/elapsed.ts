/** A look at the clocks that can be compared with one of another process, or after a restart of the machine. */
export interface Seen {
  readonly wallMs: number
  /** Milliseconds since boot, sleep included. */
  readonly bootMs: number
  readonly bootId: string
}

/** Smaller differences between the clocks are rounding or drift. */
const NOTICE_MS = 2_000

/**
 * How much time passed between two looks, sleep and being switched off included. Nobody watched the
 * clocks in between, so where they disagree the smaller answer is taken: rather awake for too long
 * than put to bed by a clock. A wall clock that ran backwards says nothing.
 */
export function elapsedBetween(before: Seen, after: Seen): number {
  const wall = after.wallMs - before.wallMs
  const boot = after.bootMs - before.bootMs
  if (before.bootId !== after.bootId || boot < 0) return Math.max(0, wall)
  return wall < 0 ? boot : Math.min(boot, wall)
}

/** How far the wall clock was set between two looks of one boot; 0 where that cannot be told. */
export function setBetween(before: Seen, after: Seen): number {
  if (before.bootId !== after.bootId) return 0
  const set = after.wallMs - before.wallMs - (after.bootMs - before.bootMs)
  return Math.abs(set) < NOTICE_MS ? 0 : set
}
