import type { Insertable } from 'kysely'
import {
  type ActiveJob,
  type EndedJob,
  type Figures,
  isActive,
  isEnded,
  type Job,
  type JobEnd,
  type UnstartedJob,
} from '../../domain/job.ts'
import { type Wait, waitOverMs } from '../../domain/job-wait.ts'
import type { JobRow } from './tables.ts'

/** All the columns of a job. */
export function rowOf(job: Job): Insertable<JobRow> {
  const { spec } = job
  return {
    id: job.id,
    status: job.status,
    attempt: job.attempt,
    retries_left: job.retriesLeft,
    bad_starts: job.badStarts,
    command: JSON.stringify(spec.command),
    name: spec.name,
    session: spec.session,
    grp: spec.group,
    cwd: spec.cwd,
    umask: spec.umask,
    after_ids: JSON.stringify(spec.after),
    priority: spec.priority,
    timeout_ms: spec.timeoutMs,
    retries: spec.retries,
    keep_awake: Number(spec.keepAwake),
    parent: job.parent,
    retry_of: job.retryOf,
    created_ms: job.createdMs,
    progress: writeJson(job.progress),
    ...(isEnded(job) ? endColumns(job) : isActive(job) ? runColumns(job) : waitColumns(job)),
  }
}

export interface OutcomeColumns {
  readonly status: string
  readonly ended_ms: number
  readonly exit_code: number | null
  readonly signal: string | null
  readonly reason: string
  readonly cpu_ms: number | null
  readonly peak_memory: number | null
  readonly measured_by: string | null
  readonly reach: string | null
}

export function outcomeColumns(end: JobEnd, figures: Figures, endedMs: number): OutcomeColumns {
  return {
    status: end.status,
    ended_ms: endedMs,
    exit_code: end.exitCode,
    signal: end.signal,
    reason: end.reason,
    cpu_ms: whole(figures.cpuMs),
    peak_memory: whole(figures.peakMemoryBytes),
    measured_by: figures.measuredBy,
    reach: figures.reach,
  }
}

export function waitColumnsOf(wait: Wait | null): { wait: string | null; due_ms: number | null } {
  return { wait: writeJson(wait), due_ms: wait === null ? null : Math.round(waitOverMs(wait)) }
}

function writeJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** What a job has that neither waits nor runs nor has ended. */
const BLANK = {
  ...waitColumnsOf(null),
  unmet: 0,
  doomed_by: null,
  started_ms: null,
  run: null,
  paused_by: null,
  intent: null,
  ended_ms: null,
  exit_code: null,
  signal: null,
  reason: null,
  cpu_ms: null,
  peak_memory: null,
  measured_by: null,
  reach: null,
  bytes: 0,
  acknowledged_ms: null,
} as const

function waitColumns({ wait, unmet, doomedBy }: UnstartedJob) {
  return { ...BLANK, ...waitColumnsOf(wait), unmet, doomed_by: doomedBy }
}

function runColumns(job: ActiveJob) {
  const { startedMs, ...run } = job.run
  return {
    ...BLANK,
    started_ms: startedMs,
    run: writeJson(run),
    paused_by: job.status === 'paused' ? job.pausedBy : null,
    intent: writeJson(job.intent),
  }
}

function endColumns(job: EndedJob) {
  return {
    ...BLANK,
    ...outcomeColumns(job.end, job.figures, job.endedMs),
    started_ms: job.startedMs,
    bytes: Math.round(job.bytes),
    acknowledged_ms: job.acknowledgedMs,
  }
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}
