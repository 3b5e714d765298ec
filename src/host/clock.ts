import os from 'node:os'

/** The only way to ask what time it is. Wall time is for people; durations are measured on the other two. */
export interface Clock {
  /** Milliseconds since the epoch: may jump either way. */
  wallMs(): number
  /** Milliseconds that only grow; on Linux they stand still while the machine sleeps. */
  monotonicMs(): number
  /** Milliseconds since boot, sleep included. */
  bootMs(): number
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  // Not performance.now(), which loads a megabyte for it.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  bootMs: () => os.uptime() * 1000,
}
