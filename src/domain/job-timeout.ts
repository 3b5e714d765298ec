import type { Intent, JobSpec } from './job.ts'
import { type AwakeTime, awakeBetween, ranFor, type RunClock } from './job-run.ts'

export type TimeoutStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly inMs: number }
  /** Its time is over: keep the intent, then tell it. */
  | { readonly do: 'time out'; readonly ranMs: number }

/**
 * Whether a job has had its time. Counted is what it ran itself: neither what the machine slept nor
 * what the job was paused; what it ran while no daemon looked does count.
 */
export function watchTimeout(
  { timeoutMs }: Pick<JobSpec, 'timeoutMs'>,
  clock: RunClock,
  now: AwakeTime,
): TimeoutStep {
  if (timeoutMs === 0) return { do: 'nothing' }
  const ranMs = ranFor(clock, now)
  if (ranMs >= timeoutMs) return { do: 'time out', ranMs }
  return clock.since === null ? { do: 'nothing' } : { do: 'wait', inMs: timeoutMs - ranMs }
}

/**
 * How long a job that is to end may still take to do so by itself; 0 when what is left of it is to be killed.
 * A grace that began under another daemon goes on, and does not run while the machine sleeps.
 */
export function graceLeft(intent: Intent, graceMs: number, now: AwakeTime): number {
  if (intent.signal === 'SIGKILL' || intent.bootId !== now.bootId) return 0
  return Math.max(0, graceMs - awakeBetween(intent, now))
}
