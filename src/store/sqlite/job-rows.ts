import type { Selectable } from 'kysely'
import {
  type ActiveJob,
  type Attempt,
  type EndedJob,
  type Figures,
  isEndedStatus,
  type Intent,
  type Job,
  type JobEnd,
  type JobSpec,
  type MeasuredBy,
  type PausedBy,
  type Progress,
  type Reach,
  type Run,
  type UnstartedJob,
} from '../../domain/job.ts'
import { endFrom, lost } from '../../domain/job-end.ts'
import type { Wait } from '../../domain/job-wait.ts'
import { parseJson } from '../../domain/parse-json.ts'
import type { AttemptRow, JobRow } from './tables.ts'

type Row = Selectable<JobRow>
type Common = Omit<UnstartedJob, 'status' | 'wait' | 'unmet' | 'doomedBy' | 'run'>

/** A job as its row tells it. A damaged row is still a job, with what can be read of it. */
export function jobOf(row: Row): Job {
  const common = commonOf(row)
  if (row.run !== null) return activeOf(row, common)
  if (row.status !== 'queued' && row.status !== 'paused') return endedOf(row, common)
  const { unmet, doomed_by: doomedBy } = row
  const wait = readJson<Wait | null>(row.wait, null)
  return { ...common, status: row.status, wait, unmet, doomedBy, run: null }
}

export function attemptOf(row: Selectable<AttemptRow>): Attempt {
  const { attempt, started_ms: startedMs, ended_ms: endedMs } = row
  return { attempt, startedMs, endedMs, end: endOf(row), figures: figuresOf(row) }
}

function commonOf(row: Row): Common {
  return {
    id: row.id,
    spec: specOf(row),
    createdMs: row.created_ms,
    parent: row.parent,
    retryOf: row.retry_of,
    attempt: row.attempt,
    retriesLeft: row.retries_left,
    badStarts: row.bad_starts,
    progress: readJson<Progress | null>(row.progress, null),
  }
}

function specOf(row: Row): JobSpec {
  return {
    command: readList(row.command, 'string'),
    name: row.name,
    session: row.session,
    group: row.grp,
    cwd: row.cwd,
    umask: row.umask,
    after: readList(row.after_ids, 'number'),
    priority: row.priority,
    timeoutMs: row.timeout_ms,
    retries: row.retries,
    keepAwake: row.keep_awake !== 0,
  }
}

function activeOf(row: Row, common: Common): ActiveJob {
  const run = runOf(row)
  const intent = readJson<Intent | null>(row.intent, null)
  if (row.status !== 'paused') return { ...common, status: 'running', run, intent }
  const pausedBy: PausedBy = row.paused_by === 'group' ? 'group' : 'hand'
  return { ...common, status: 'paused', run, intent, pausedBy }
}

/** One that cannot be read is as one that was begun and of which nothing was heard since. */
function runOf(row: Row): Run {
  const startedMs = row.started_ms ?? row.created_ms
  const told = readJson<Partial<Run>>(row.run, {})
  const { clock = { ranMs: 0, since: null } } = told
  if (told.phase !== 'started' || told.waiter === undefined) {
    return { phase: 'starting', clock, startedMs }
  }
  const { waiter, process = null, reach = null, place = null } = told
  return { phase: 'started', clock, startedMs, waiter, process, reach, place }
}

function endedOf(row: Row, common: Common): EndedJob {
  const end = endOf(row)
  return {
    ...common,
    status: end.status,
    run: null,
    end,
    startedMs: row.started_ms,
    endedMs: row.ended_ms ?? row.created_ms,
    figures: figuresOf(row),
    bytes: row.bytes,
    acknowledgedMs: row.acknowledged_ms,
  }
}

type Outcome = Pick<Row, 'status' | 'exit_code' | 'signal' | 'reason'>

function endOf({ status, exit_code: exitCode, signal, reason }: Outcome): JobEnd {
  if (!isEndedStatus(status)) return lost(`its record is damaged (status "${status}")`)
  return endFrom({ status, exitCode, signal, reason: reason ?? '' })
}

function figuresOf(row: Pick<Row, 'cpu_ms' | 'peak_memory' | 'measured_by' | 'reach'>): Figures {
  return {
    cpuMs: row.cpu_ms,
    peakMemoryBytes: row.peak_memory,
    measuredBy: row.measured_by as MeasuredBy | null,
    reach: row.reach as Reach | null,
  }
}

function readList<T extends string | number>(text: string, kind: 'string' | 'number'): T[] {
  const value = readJson<unknown>(text, [])
  return Array.isArray(value) ? value.filter((each): each is T => typeof each === kind) : []
}

function readJson<T>(text: string | null, otherwise: T): T {
  const value = text === null ? null : parseJson(text)
  return typeof value === 'object' && value !== null ? (value as T) : otherwise
}
