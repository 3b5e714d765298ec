import { z } from 'zod'
import type { FollowUpVerbName } from '../contract/follow-ups.ts'
import { FOLLOW_UP_STATES } from '../domain/follow-up.ts'
import { duration, jobId, jobIds, label, wholeNumber } from './request-fields.ts'

const LONGEST_WAIT_MS = 60_000
const session = label(200)

/** What each verb of follow-ups takes. */
export const followUpRequestSchemas = {
  followups: z.strictObject({
    session: session.optional(),
    state: z
      .enum(FOLLOW_UP_STATES, `expected one of ${FOLLOW_UP_STATES.join(', ')}`)
      .default('pending'),
    limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
    before: jobId().optional(),
    wait: duration()
      .refine((ms) => ms <= LONGEST_WAIT_MS, 'expected at most "60s": ask again after it')
      .default(0),
  }),
  ack: z.strictObject({ ids: jobIds() }),
  followup_retry: z.strictObject({ ids: jobIds() }),
  session_end: z.strictObject({ session }),
} as const satisfies Record<FollowUpVerbName, z.ZodObject>

export type FollowUpRequestOf<Name extends FollowUpVerbName> = z.output<
  (typeof followUpRequestSchemas)[Name]
>
