import type { FollowUpVerbName } from './follow-ups.ts'

interface FollowUpVerb {
  readonly method: 'GET' | 'POST'
  readonly path: `/v1/${string}`
  readonly effect: 'read' | 'work'
  readonly takes: 'input'
  readonly isLong?: true
  readonly summary: string
}

/** The verbs of follow-ups as they cross the socket. */
export const FOLLOW_UP_VERBS = {
  followups: {
    method: 'GET',
    path: '/v1/followups',
    effect: 'read',
    takes: 'input',
    isLong: true,
    summary: 'What sessions have not been told yet, newest first; waits for the first on request.',
  },
  ack: {
    method: 'POST',
    path: '/v1/ack',
    effect: 'work',
    takes: 'input',
    summary: 'Say that these were heard. Takes ids of follow-ups or of their jobs.',
  },
  followup_retry: {
    method: 'POST',
    path: '/v1/followups/retry',
    effect: 'work',
    takes: 'input',
    summary: 'Hand these over again, from the first try on.',
  },
  session_end: {
    method: 'POST',
    path: '/v1/sessions/end',
    effect: 'work',
    takes: 'input',
    summary: 'A session that will not come back is owed nothing any more.',
  },
} as const satisfies Record<FollowUpVerbName, FollowUpVerb>
