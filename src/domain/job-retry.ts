import type { Seen } from './elapsed.ts'
import type { EndedStatus, Job, JobEnd } from './job.ts'
import { unstartable } from './job-end.ts'
import type { Wait } from './job-wait.ts'

export type AfterEnd =
  | { readonly kind: 'final' }
  /** Another attempt, in the same place, when the wait is over. */
  | { readonly kind: 'again'; readonly wait: Wait }

/** What `--retry` is for. Where it may still have happened, or cannot, nothing is tried again unasked. */
const WORTH_A_RETRY = {
  succeeded: false,
  failed: true,
  signalled: true,
  timed_out: true,
  killed: false,
  oom: true,
  lost: false,
  unstartable: false,
} satisfies Record<EndedStatus, boolean>

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 5 * 60_000
/** Beyond it a reason that passes is one that stays. */
const MOST_STARTS = 6

/** Whether an attempt that ended is followed by another. */
export function afterEnd(
  { spec, retriesLeft }: Pick<Job, 'spec' | 'retriesLeft'>,
  { status }: JobEnd,
  now: Seen,
): AfterEnd {
  if (retriesLeft === 0 || !WORTH_A_RETRY[status]) return { kind: 'final' }
  return { kind: 'again', wait: backoff(Math.max(0, spec.retries - retriesLeft), now) }
}

export type AfterBadStart =
  | { readonly kind: 'later'; readonly badStarts: number; readonly wait: Wait }
  | { readonly kind: 'never'; readonly end: JobEnd }

/** The system could not make a process just now. */
export function afterBadStart(
  { badStarts }: Pick<Job, 'badStarts'>,
  reason: string,
  now: Seen,
): AfterBadStart {
  const tries = badStarts + 1
  if (tries >= MOST_STARTS) {
    return { kind: 'never', end: unstartable(`${reason}, ${tries} times in a row`) }
  }
  return { kind: 'later', badStarts: tries, wait: backoff(badStarts, now) }
}

/** A second, then twice as long each time. */
function backoff(before: number, now: Seen): Wait {
  const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(before, 20))
  const { wallMs, bootMs, bootId } = now
  return { kind: 'delay', ms, from: { wallMs, bootMs, bootId } }
}
