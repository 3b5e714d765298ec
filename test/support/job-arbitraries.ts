import fc from 'fast-check'
import {
  type ActiveJob,
  ENDED_STATUSES,
  type EndedJob,
  type Figures,
  type Intent,
  type Job,
  type JobEnd,
  type JobSpec,
  type Run,
  type UnstartedJob,
} from '../../src/domain/job.ts'
import { endFrom } from '../../src/domain/job-end.ts'
import type { AwakeTime, RunClock } from '../../src/domain/job-run.ts'
import type { Wait } from '../../src/domain/job-wait.ts'
import { BOOT } from './jobs.ts'

function record<T>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true })
}

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((each) => each.replaceAll('\0', ''))
const wallMs = fc.integer({ min: 0, max: 4e12 })
const ms = fc.nat(1e9)
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null })

export const anySpec: fc.Arbitrary<JobSpec> = record({
  command: fc.array(text, { minLength: 1, maxLength: 4 }),
  name: maybe(text),
  session: maybe(fc.constantFrom('s1', 's2', 'ä🏠')),
  group: fc.constantFrom('default', 'build', 'ä"\'%'),
  cwd: text.map((each) => `/${each}`),
  after: fc.constant([]),
  umask: fc.nat(0o777),
  priority: fc.integer({ min: -1_000, max: 1_000 }),
  timeoutMs: ms,
  retries: fc.nat(5),
  keepAwake: fc.boolean(),
})

export const anyWait: fc.Arbitrary<Wait> = fc.oneof(
  record({ kind: fc.constant('until' as const), atMs: wallMs }),
  record({
    kind: fc.constant('delay' as const),
    ms,
    from: record({ wallMs, bootMs: ms, bootId: fc.constantFrom(BOOT, 'boot-b') }),
  }),
)

export const anyAwake: fc.Arbitrary<AwakeTime> = record({
  awakeMs: ms,
  bootId: fc.constant(BOOT),
})

const anyClock: fc.Arbitrary<RunClock> = record({ ranMs: ms, since: maybe(anyAwake) })
const anyProcess = record({
  pid: fc.integer({ min: 2, max: 4e6 }),
  processStart: fc.constantFrom('1', '999'),
  bootId: fc.constant(BOOT),
})
const anyReach = fc.constantFrom(
  'scope' as const,
  'cgroup' as const,
  'subreaper' as const,
  'scan' as const,
)

export const anyRun: fc.Arbitrary<Run> = fc.oneof(
  record({ phase: fc.constant('starting' as const), startedMs: wallMs, clock: anyClock }),
  record({
    phase: fc.constant('started' as const),
    startedMs: wallMs,
    clock: anyClock,
    waiter: anyProcess,
    process: maybe(anyProcess),
    reach: maybe(anyReach),
    place: maybe(text),
  }),
)

export const anyIntent: fc.Arbitrary<Intent> = record({
  why: fc.constantFrom('kill' as const, 'timeout' as const, 'lost' as const),
  signal: fc.constantFrom('SIGTERM', 'SIGINT', 'SIGKILL'),
  askedMs: wallMs,
  awakeMs: ms,
  bootId: fc.constant(BOOT),
})

export const anyEnd: fc.Arbitrary<JobEnd> = record({
  status: fc.constantFrom(...ENDED_STATUSES),
  exitCode: maybe(fc.nat(255)),
  signal: maybe(fc.constantFrom('SIGKILL', 'SIGSEGV')),
  reason: text,
}).map(endFrom)

export const anyFigures: fc.Arbitrary<Figures> = record({
  cpuMs: maybe(ms),
  peakMemoryBytes: maybe(ms),
  measuredBy: maybe(fc.constantFrom('cgroup' as const, 'sampled' as const, 'shell' as const)),
  reach: maybe(anyReach),
})

const common = {
  id: fc.integer({ min: 1, max: 999_999_999_999_999 }),
  spec: anySpec,
  createdMs: wallMs,
  parent: maybe(fc.nat(99)),
  retryOf: maybe(fc.nat(99)),
  attempt: fc.integer({ min: 1, max: 9 }),
  retriesLeft: fc.nat(5),
  badStarts: fc.nat(5),
  progress: maybe(record({ done: maybe(fc.nat()), total: maybe(fc.nat()), text: maybe(text) })),
}

export const anyUnstarted: fc.Arbitrary<UnstartedJob> = record({
  ...common,
  status: fc.constantFrom('queued' as const, 'paused' as const),
  wait: maybe(anyWait),
  unmet: fc.constant(0),
  doomedBy: fc.constant(null),
  run: fc.constant(null),
})

export const anyActive: fc.Arbitrary<ActiveJob> = fc.oneof(
  record({
    ...common,
    status: fc.constant('running' as const),
    run: anyRun,
    intent: maybe(anyIntent),
  }),
  record({
    ...common,
    status: fc.constant('paused' as const),
    run: anyRun,
    intent: maybe(anyIntent),
    pausedBy: fc.constantFrom('hand' as const, 'group' as const),
  }),
)

export const anyEnded: fc.Arbitrary<EndedJob> = record({
  ...common,
  run: fc.constant(null),
  end: anyEnd,
  startedMs: maybe(wallMs),
  endedMs: wallMs,
  figures: anyFigures,
  bytes: fc.nat(1e9),
  acknowledgedMs: maybe(wallMs),
}).map((job) => ({ ...job, status: job.end.status }))

export const anyJob: fc.Arbitrary<Job> = fc.oneof(anyUnstarted, anyActive, anyEnded)
