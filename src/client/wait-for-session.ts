import type { FollowUpView } from '../contract/follow-ups.ts'
import { askPatiently } from './ask-patiently.ts'
import type { Client } from './client.ts'

export interface SessionWaitOptions {
  readonly timeoutMs?: number | undefined
  /** Told once, each time that a daemon is there and says nothing. */
  readonly onSilent?: (() => void) | undefined
}

/** Resolves to what a session is owed as soon as there is something, the oldest first; to nothing when the time is over. */
export async function waitForSession(
  client: Client,
  session: string,
  { timeoutMs = Infinity, onSilent }: SessionWaitOptions = {},
): Promise<FollowUpView[]> {
  const owed = await askPatiently<FollowUpView[]>({
    ask: (waitMs, limitMs) => client.ask('followups', { session, wait: `${waitMs}ms` }, limitMs),
    isEnough: ({ length }) => length > 0,
    timeoutMs,
    onSilent,
    stayedAway: NOBODY,
  })
  return owed.toReversed()
}

const NOBODY = {
  kind: 'no_daemon',
  message: 'no daemon runs, so nobody hears how jobs end',
  hint: 'what is owed is kept; `curfew start`, then wait again',
} as const
