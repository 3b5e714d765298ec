import { z } from 'zod'
import type {
  ChoreView,
  HeldView,
  WrapperView,
  ConfigView,
  DoctorView,
  ErrorView,
  EventView,
  ForceUnlockView,
  HelloView,
  LifecycleFile,
  PathsView,
  ReloadView,
  StartedView,
  StatusView,
  StoppedView,
  StopView,
} from '../contract/shapes.ts'
import { BOARD_SHAPES } from './board-shapes.ts'
import { FOLLOW_UP_SHAPES } from './follow-up-shapes.ts'
import { JOB_SHAPES } from './job-shapes.ts'
import { REPORT_SHAPES } from './report-shapes.ts'

const time = z.iso.datetime({ precision: 3 }).describe('ISO-8601 UTC with milliseconds')
const lifecycleState = z.enum(['WAKE', 'DROWSY', 'BEDTIME', 'ASLEEP'])
const count = z.int().min(0)

const status = z.object({
  state: lifecycleState,
  since: time.nullable(),
  reason: z.string(),
  daemon: z.object({
    running: z.boolean(),
    pid: z.int().nullable(),
    host: z.string().nullable(),
    version: z.string().nullable(),
    started_at: time.nullable(),
  }),
  wrappers: z.object({ fresh: count, stale: count, orphan: count }),
  jobs: z.record(z.string(), count).describe('how many jobs there are in each status'),
  followups: z.object({ pending: count, given_up: count }),
  reports: z.object({ running: count, wedged: count, orphaned: count }),
  holds: z.array(z.object({ what: z.string(), why: z.string() })),
  next: z.object({ state: lifecycleState, at: time }).nullable(),
  last_activity: time.nullable(),
  config: z.object({ ok: z.boolean(), problem: z.string().nullable() }),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<StatusView>

const hello = z.object({
  protocol: z.int(),
  version: z.string(),
  pid: z.int(),
  process_start: z.string(),
  home: z.string(),
  idle: z.boolean(),
}) satisfies z.ZodType<HelloView>

const started = hello.extend({
  outcome: z.enum(['started', 'running']),
}) satisfies z.ZodType<StartedView>

const stopped = z.union([
  z.object({ stopped: z.literal(false) }),
  z.object({ stopped: z.literal(true), pid: z.int() }),
]) satisfies z.ZodType<StoppedView>

const event = z.object({
  id: z.int(),
  at: time,
  type: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Omit<EventView, 'type'>>

const wrapper = z.object({
  path: z.string(),
  pid: z.int().nullable(),
  uuid: z.string().nullable(),
  status: z.enum(['fresh', 'stale', 'orphan']),
  reason: z.string(),
  last_refresh: time.nullable(),
  age_seconds: z.number().min(0),
  label: z.string().nullable(),
  session: z.string().nullable(),
}) satisfies z.ZodType<WrapperView>

const chore = z.object({
  name: z.string(),
  built_in: z.boolean(),
  state: z.enum(['running', 'asked', 'quarantined', 'done', 'resting', 'waiting']),
  until: time.nullable(),
  outcome: z.enum(['succeeded', 'failed', 'timed_out', 'unstartable', 'interrupted']).nullable(),
  detail: z.string(),
  ended_at: time.nullable(),
  took_seconds: z.number().min(0),
  failures: count,
  log: z.string().nullable(),
}) satisfies z.ZodType<ChoreView>

const held = z.object({ held: z.literal(true) }) satisfies z.ZodType<HeldView>

const stop = z.object({
  stopping: z.literal(true),
  pid: z.int(),
  process_start: z.string(),
}) satisfies z.ZodType<StopView>

const reload = z.object({
  reloaded: z.boolean(),
  problem: z.string().nullable(),
  changed: z.array(z.string()),
}) satisfies z.ZodType<ReloadView>

const lifecycle = z.object({
  state: lifecycleState,
  since: time,
  last_activity: time,
  reason: z.string(),
}) satisfies z.ZodType<LifecycleFile>

const verdict = z.enum(['ok', 'warn', 'fail'])

const doctor = z.object({
  status: verdict,
  checks: z.array(
    z.object({
      name: z.string(),
      status: verdict,
      why: z.string(),
      mend: z.string().nullable(),
      fixed: z.boolean(),
    }),
  ),
}) satisfies z.ZodType<DoctorView>

const forceUnlock = z.object({
  removed: z.boolean(),
  previous: z.record(z.string(), z.unknown()).nullable(),
  previous_alive: z.boolean(),
}) satisfies z.ZodType<ForceUnlockView>

const path = z.string()
const paths = z.object({
  home: path,
  config: path,
  log: path,
  socket: path,
  marker: path,
  store: path,
  lifecycle: path,
  wake: path,
  wrappers: path,
  reports: path,
  jobs: path,
}) satisfies z.ZodType<PathsView>

const config = z.object({
  file: path,
  ok: z.boolean(),
  values: z.array(
    z.object({
      key: z.string(),
      value: z.unknown(),
      source: z.enum(['default', 'file', 'environment']),
    }),
  ),
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<ConfigView>

const error = z.object({
  error: z.object({
    kind: z.enum(['failed', 'usage', 'no_daemon', 'not_found', 'refused', 'unusable']),
    message: z.string(),
    hint: z.string().optional(),
    issues: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  }),
}) satisfies z.ZodType<ErrorView>

/** Every shape that is printed with `--json`, lies in a file for others, or crosses the socket. */
export const SHAPES = {
  status,
  hello,
  started,
  stopped,
  event,
  events: z.array(event),
  wrappers: z.array(wrapper),
  chores: z.array(chore),
  chore,
  held,
  ...JOB_SHAPES,
  ...FOLLOW_UP_SHAPES,
  ...BOARD_SHAPES,
  ...REPORT_SHAPES,
  stop,
  reload,
  lifecycle,
  doctor,
  'force-unlock': forceUnlock,
  paths,
  config,
  error,
} as const satisfies Record<string, z.ZodType>
