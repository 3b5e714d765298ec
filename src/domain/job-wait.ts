import type { Seen } from './elapsed.ts'

/** What a job waits for that no other job can bring about. */
export type Wait =
  /** A date: what the wall clock shows counts, however it came to show it. */
  | { readonly kind: 'until'; readonly atMs: number }
  /** A stretch of time, sleep included. Nobody can set the clock it is measured on. */
  | { readonly kind: 'delay'; readonly ms: number; readonly from: Seen }

/** How long the wait still is; 0 once it is over. */
export function waitLeft(wait: Wait, now: Seen): number {
  if (wait.kind === 'until') return Math.max(0, wait.atMs - now.wallMs)
  return Math.max(0, wait.ms - passedSince(wait.from, now))
}

/** When it is over as far as can be said now, as a date for people and for sorting. */
export function waitOverMs(wait: Wait): number {
  return wait.kind === 'until' ? wait.atMs : wait.from.wallMs + wait.ms
}

/** After the machine was started anew only the dates are left, and that at least its uptime has passed. */
function passedSince(from: Seen, now: Seen): number {
  const sameBoot = from.bootId === now.bootId && now.bootMs >= from.bootMs
  return sameBoot ? now.bootMs - from.bootMs : Math.max(now.bootMs, now.wallMs - from.wallMs)
}
