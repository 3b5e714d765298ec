import type { AttemptView, JobView } from '../contract/jobs.ts'
import type { FollowUpState } from '../domain/follow-up.ts'
import { isoTime } from '../domain/iso-time.ts'
import {
  type Attempt,
  type EndedJob,
  type Figures,
  isActive,
  isEnded,
  type Job,
  NO_FIGURES,
} from '../domain/job.ts'
import { reasonFor } from '../domain/job-reason.ts'
import { waitOverMs } from '../domain/job-wait.ts'

/** What is known of a job beside its record. */
export interface Beside {
  /** Of a live one, as sampled last. */
  readonly figures?: Figures
  readonly followUp?: FollowUpState
  readonly isGroupPaused?: boolean
}

/** A job as it is shown. */
export function viewJob(job: Job, beside: Beside = {}): JobView {
  const { spec } = job
  return {
    id: job.id,
    status: job.status,
    command: spec.command,
    name: spec.name,
    session: spec.session,
    group: spec.group,
    cwd: spec.cwd,
    pid: isActive(job) && job.run.phase === 'started' ? (job.run.process?.pid ?? null) : null,
    created_at: isoTime(job.createdMs),
    ...times(job),
    exit_code: isEnded(job) ? job.end.exitCode : null,
    signal: isEnded(job) ? job.end.signal : null,
    reason: reasonFor(job, beside.isGroupPaused),
    attempt: job.attempt,
    progress: job.progress,
    ...viewFigures(isEnded(job) ? job.figures : (beside.figures ?? reachOnly(job))),
    follow_up: beside.followUp ?? null,
    priority: spec.priority,
    after: spec.after,
    due_at: 'wait' in job && job.wait !== null ? isoTime(waitOverMs(job.wait)) : null,
    timeout_seconds: spec.timeoutMs === 0 ? null : spec.timeoutMs / 1000,
    retries: spec.retries,
    keep_awake: spec.keepAwake,
    parent: job.parent,
    retry_of: job.retryOf,
    acknowledged_at: isEnded(job) ? acknowledgedAt(job) : null,
  }
}

export function viewAttempt({ attempt, startedMs, endedMs, end, figures }: Attempt): AttemptView {
  return {
    attempt,
    status: end.status,
    started_at: startedMs === null ? null : isoTime(startedMs),
    ended_at: isoTime(endedMs),
    exit_code: end.exitCode,
    signal: end.signal,
    reason: end.reason,
    ...viewFigures(figures),
  }
}

function times(job: Job): Pick<JobView, 'started_at' | 'ended_at'> {
  if (isActive(job)) return { started_at: isoTime(job.run.startedMs), ended_at: null }
  if (!isEnded(job)) return { started_at: null, ended_at: null }
  const { startedMs, endedMs } = job
  return {
    started_at: startedMs === null ? null : isoTime(startedMs),
    ended_at: isoTime(endedMs),
  }
}

function viewFigures(figures: Figures) {
  return {
    cpu_seconds: figures.cpuMs === null ? null : figures.cpuMs / 1000,
    peak_memory_bytes: figures.peakMemoryBytes,
    measured_by: figures.measuredBy,
    reach: figures.reach,
  }
}

function reachOnly(job: Job): Figures {
  const reach = isActive(job) && job.run.phase === 'started' ? job.run.reach : null
  return { ...NO_FIGURES, reach }
}

function acknowledgedAt({ acknowledgedMs }: EndedJob): string | null {
  return acknowledgedMs === null ? null : isoTime(acknowledgedMs)
}
