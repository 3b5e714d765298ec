import {
  type JobDraft,
  type JobEnd,
  type JobSpec,
  NO_FIGURES,
  type Run,
} from '../../src/domain/job.ts'
import type { Start } from '../../src/domain/job-moves.ts'
import type { AwakeTime, ProcessKey } from '../../src/domain/job-run.ts'
import type { Begin, Ending } from '../../src/store/job-store.ts'

export const BOOT = 'boot-a'
export const CREATED_MS = Date.UTC(2026, 10, 20, 9)

export const awake = (awakeMs: number, bootId = BOOT): AwakeTime => ({ awakeMs, bootId })

export const seen = (bootMs: number, wallMs = CREATED_MS + bootMs, bootId = BOOT) => ({
  bootMs,
  wallMs,
  bootId,
})

const SPEC: JobSpec = {
  command: ['true'],
  name: null,
  session: null,
  group: 'default',
  cwd: '/tmp',
  umask: 0o022,
  after: [],
  priority: 0,
  timeoutMs: 0,
  retries: 0,
  keepAwake: false,
}

export interface DraftWishes extends Partial<JobSpec> {
  readonly wait?: JobDraft['wait']
}

export function draft(id: number, { wait = null, ...spec }: DraftWishes = {}): JobDraft {
  const own = { ...SPEC, ...spec }
  return { id, spec: own, wait, createdMs: CREATED_MS + id, parent: null, retryOf: null }
}

export const idsIn = (jobs: readonly { readonly id: number }[]): number[] =>
  jobs.map(({ id }) => id)

export const PROCESS: ProcessKey = { pid: 4242, processStart: '777', bootId: BOOT }

export const STARTED: Omit<Extract<Run, { phase: 'started' }>, 'startedMs' | 'clock' | 'phase'> = {
  waiter: { ...PROCESS, pid: 4241 },
  process: PROCESS,
  reach: 'scan',
  place: null,
}

export const START: Start = {
  ...STARTED,
  startedMs: CREATED_MS + 1_500,
  began: awake(1_400),
}

export function beginning(id: number, more: Partial<Begin> = {}): Begin {
  return { id, attempt: 1, startedMs: CREATED_MS + 1_000, now: awake(1_000), ...more }
}

export const SUCCEEDED: JobEnd = {
  status: 'succeeded',
  exitCode: 0,
  signal: null,
  reason: 'exit code 0',
}

export const FAILED: JobEnd = {
  status: 'failed',
  exitCode: 7,
  signal: null,
  reason: 'exit code 7',
}

export function ending(id: number, more: Partial<Ending> = {}): Ending {
  return {
    id,
    attempt: 1,
    of: 'run',
    end: SUCCEEDED,
    startedMs: null,
    endedMs: CREATED_MS + 2_000,
    figures: NO_FIGURES,
    bytes: 100,
    again: null,
    ...more,
  }
}
