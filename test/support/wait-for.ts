import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** What is waited for, in words: the failure says it. */
  readonly what: string
  readonly timeoutMs?: number
  /** How often to look; where it is not given, ever more rarely. */
  readonly everyMs?: number
}

/** Only a test that fails takes so long: far more than a machine at several times its load needs. */
export const GIVE_UP_MS = 60_000
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 50
/** What is late anyway is noticed later by that part of the wait: looking costs what is waited for its processor. */
const PART_OF_WAIT = 1 / 20

/** Polls until the condition gives something truthy and resolves to that; rejects when the time is over. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = GIVE_UP_MS, everyMs }: WaitOptions,
): Promise<T> {
  const began = performance.now()
  for (;;) {
    const value = await condition()
    if (value) return value
    const waitedMs = performance.now() - began
    if (waitedMs > timeoutMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await delay(everyMs ?? pauseAfter(waitedMs))
  }
}

function pauseAfter(waitedMs: number): number {
  return Math.min(Math.max(FIRST_PAUSE_MS, waitedMs * PART_OF_WAIT), LONGEST_PAUSE_MS)
}
