import { z } from 'zod'
import type {
  AttemptView,
  GroupView,
  JobDetailView,
  JobView,
  LogView,
  RemovedGroupView,
  RemovedJobsView,
  WaitView,
} from '../contract/jobs.ts'
import { ENDED_STATUSES, JOB_STATUSES } from '../domain/job.ts'

const time = z.iso.datetime({ precision: 3 }).describe('ISO-8601 UTC with milliseconds')
const count = z.int().min(0)
const text = z.string()

const outcome = {
  exit_code: z
    .int()
    .min(0)
    .max(255)
    .nullable()
    .describe('null unless the process really returned one'),
  signal: text.nullable(),
}

const figures = {
  cpu_seconds: z.number().min(0).nullable(),
  peak_memory_bytes: count.nullable(),
  measured_by: z.enum(['cgroup', 'sampled', 'shell']).nullable(),
  reach: z.enum(['scope', 'cgroup', 'subreaper', 'scan']).nullable(),
}

const job = z.object({
  id: z.int().min(1),
  status: z.enum(JOB_STATUSES),
  command: z.array(text),
  name: text.nullable(),
  session: text.nullable(),
  group: text,
  cwd: text,
  pid: z.int().nullable(),
  created_at: time,
  started_at: time.nullable(),
  ended_at: time.nullable(),
  ...outcome,
  reason: text.nullable().describe('why it is as it is, in words'),
  attempt: z.int().min(1),
  progress: z
    .object({ done: count.nullable(), total: count.nullable(), text: text.nullable() })
    .nullable(),
  ...figures,
  follow_up: z.enum(['pending', 'delivered', 'given_up', 'settled']).nullable(),
  priority: z.int(),
  after: z.array(z.int()),
  due_at: time.nullable(),
  timeout_seconds: z.number().min(0).nullable(),
  retries: count,
  keep_awake: z.boolean(),
  parent: z.int().nullable(),
  retry_of: z.int().nullable(),
  acknowledged_at: time.nullable(),
}) satisfies z.ZodType<JobView>

const attempt = z.object({
  attempt: z.int().min(1),
  status: z.enum(ENDED_STATUSES),
  started_at: time.nullable(),
  ended_at: time,
  ...outcome,
  reason: text,
  ...figures,
}) satisfies z.ZodType<AttemptView>

const group = z.object({
  name: text,
  slots: count.nullable().describe('null: any number'),
  paused: z.boolean(),
  running: count,
  queued: count,
}) satisfies z.ZodType<GroupView>

/** Every shape about jobs that is printed with `--json` or crosses the socket. */
export const JOB_SHAPES = {
  job: job.extend({
    folder: text,
    attempts: z.array(attempt),
  }) satisfies z.ZodType<JobDetailView>,
  jobs: z.array(job),
  run: job,
  logs: z.object({
    id: z.int().min(1),
    attempt: z.int().min(1),
    text,
    bytes: count,
    lost_bytes: count,
  }) satisfies z.ZodType<LogView>,
  wait: z.object({ jobs: z.array(job), ended: z.boolean() }) satisfies z.ZodType<WaitView>,
  'removed-jobs': z.object({ removed: z.array(z.int()) }) satisfies z.ZodType<RemovedJobsView>,
  group,
  groups: z.array(group),
  'removed-group': z.object({ removed: z.boolean() }) satisfies z.ZodType<RemovedGroupView>,
} as const satisfies Record<string, z.ZodType>
