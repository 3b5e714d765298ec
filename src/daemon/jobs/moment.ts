import type { Moment } from '../../domain/job-run.ts'
import type { Clock } from '../../host/clock.ts'
import { bootId } from '../../host/identity.ts'

/** This moment. On Linux the monotonic clock is the one that stands still while the machine sleeps. */
export function momentOf(clock: Clock): Moment {
  return {
    wallMs: clock.wallMs(),
    bootMs: clock.bootMs(),
    awakeMs: clock.monotonicMs(),
    bootId: bootId(),
  }
}
