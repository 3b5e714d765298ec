import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock } from './clock.ts'

/** Other things that the daemon does wait no longer than this for a scan. */
const SLICE_MS = 12
const FILES_BETWEEN_CLOCKS = 32

/** Called for each file, gives a promise to wait for when the slice of time is used up. */
export function createPause(): () => Promise<void> | undefined {
  let untilMs = systemClock.monotonicMs() + SLICE_MS
  let files = 0
  return () => {
    files += 1
    if (files % FILES_BETWEEN_CLOCKS !== 0 || systemClock.monotonicMs() < untilMs) return undefined
    return nextTurn().then(() => {
      untilMs = systemClock.monotonicMs() + SLICE_MS
    })
  }
}
