import { z } from 'zod'
import type {
  AcknowledgedView,
  FollowUpTrialView,
  FollowUpView,
  RetriedView,
  SessionEndView,
} from '../contract/follow-ups.ts'
import { FOLLOW_UP_STATES } from '../domain/follow-up.ts'

const time = z.iso.datetime({ precision: 3 }).describe('ISO-8601 UTC with milliseconds')
const id = z.int().min(1)

const followUp = z.object({
  id: id.describe('the same whenever it is told again'),
  job: id,
  session: z.string(),
  text: z.string(),
  created_at: time,
  attempts: z.int().min(0),
  next_at: time.nullable(),
  problem: z.string().nullable().describe('why the last try has failed'),
  state: z.enum(FOLLOW_UP_STATES),
}) satisfies z.ZodType<FollowUpView>

/** Every shape about follow-ups that is printed with `--json` or crosses the socket. */
export const FOLLOW_UP_SHAPES = {
  followups: z.array(followUp),
  acknowledged: z.object({ acknowledged: z.array(id) }) satisfies z.ZodType<AcknowledgedView>,
  'followups-retried': z.object({ retried: z.array(id) }) satisfies z.ZodType<RetriedView>,
  'follow-up-trial': z.discriminatedUnion('way', [
    z.object({
      way: z.literal('command'),
      argv: z.array(z.string()),
      cwd: z.string(),
      problem: z.string().nullable().describe('why it would tell nobody'),
    }),
    z.object({ way: z.literal('webhook'), address: z.string() }),
  ]) satisfies z.ZodType<FollowUpTrialView>,
  'session-end': z.object({
    session: z.string(),
    settled: z.array(id),
  }) satisfies z.ZodType<SessionEndView>,
} as const satisfies Record<string, z.ZodType>
