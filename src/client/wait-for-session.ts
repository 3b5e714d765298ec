import { setTimeout as delay } from 'node:timers/promises'
import type { FollowUpView } from '../contract/follow-ups.ts'
import { systemClock } from '../host/clock.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Client } from './client.ts'

/** The longest that the daemon holds back an answer. */
const SLICE_MS = 60_000
/** The answer may be that much later than it was to be. */
const LATE_MS = 10_000
const RETRY_MS = 250
/** A daemon that is restarted is waited for; one that stays away ends it. */
const PATIENCE_MS = 15_000

/** Resolves to what a session is owed as soon as there is something, the oldest first; to nothing when the time is over. */
export async function waitForSession(
  client: Client,
  session: string,
  timeoutMs = Infinity,
): Promise<FollowUpView[]> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  let aloneSinceMs: number | undefined
  for (;;) {
    const nowMs = systemClock.monotonicMs()
    const waitMs = Math.round(Math.max(0, Math.min(SLICE_MS, deadline - nowMs)))
    const look = await ask(client, session, waitMs)
    if (Array.isArray(look)) {
      if (look.length > 0 || systemClock.monotonicMs() >= deadline) return look.toReversed()
      aloneSinceMs = undefined
    } else {
      aloneSinceMs ??= nowMs
      if (nowMs - aloneSinceMs > PATIENCE_MS) throw look
    }
    // A daemon that is leaving answers at once.
    if (systemClock.monotonicMs() - nowMs < waitMs) await delay(RETRY_MS)
  }
}

async function ask(
  client: Client,
  session: string,
  waitMs: number,
): Promise<FollowUpView[] | ProblemError> {
  try {
    const input = { session, wait: `${waitMs}ms` }
    return (await client.ask('followups', input, waitMs + LATE_MS)) ?? new ProblemError(NOBODY)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'failed') throw error
    return error
  }
}

const NOBODY = {
  kind: 'no_daemon',
  message: 'no daemon runs, so nobody hears how jobs end',
  hint: 'what is owed is kept; `curfew start`, then wait again',
} as const
