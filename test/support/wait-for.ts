import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** What is waited for, in words: the failure says it. */
  readonly what: string
  readonly timeoutMs?: number
  readonly everyMs?: number
}

/** Polls until the condition gives something truthy and resolves to that; rejects when the time is over. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 15_000, everyMs = 5 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await delay(everyMs)
  }
}
