import type {
  AcknowledgedView,
  FollowUpsInput,
  FollowUpView,
  RetriedView,
  SessionEndView,
} from '../contract/follow-ups.ts'
import type { Client } from './client.ts'

/** What a program may do with what sessions are owed. */
export interface FollowUpConnection {
  /** Newest first; undefined when no daemon runs. */
  followUps(query?: FollowUpsInput): Promise<FollowUpView[] | undefined>
  /** Resolves to what a session is owed as soon as there is something, the oldest first, also across a restart. */
  nextFollowUps(session: string, options?: { readonly timeoutMs?: number }): Promise<FollowUpView[]>
  /** Says that these were heard; takes ids of follow-ups or of their jobs. */
  acknowledge(ids: readonly number[]): Promise<AcknowledgedView>
  /** Hands them over again, from the first try on. */
  retryFollowUps(ids: readonly number[]): Promise<RetriedView>
  /** A session that will not come back is owed nothing any more. */
  endSession(session: string): Promise<SessionEndView>
}

type Ask = <Answer>(question: (client: Client) => Promise<Answer>) => Promise<Answer>

export function connectFollowUps(ask: Ask): FollowUpConnection {
  return {
    followUps: (query = {}) => ask((client) => client.ask('followups', query)),
    nextFollowUps: async (session, options = {}) => {
      const { waitForSession } = await import('./wait-for-session.ts')
      return ask((client) => waitForSession(client, session, options))
    },
    acknowledge: (ids) => ask((client) => client.demand('ack', { ids })),
    retryFollowUps: (ids) => ask((client) => client.demand('followup_retry', { ids })),
    endSession: (session) => ask((client) => client.demand('session_end', { session })),
  }
}
