import {
  type ActiveJob,
  type Figures,
  type Job,
  type JobEnd,
  NO_FIGURES,
} from '../../domain/job.ts'
import { jobTitle } from '../../domain/job-title.ts'
import { afterEnd } from '../../domain/job-retry.ts'
import { folderBytes } from '../../host/jobs/folder-bytes.ts'
import { measureEnded } from '../../host/jobs/measure-job.ts'
import type { Ending } from '../../store/job-store.ts'
import type { JobParts } from './job-parts.ts'
import type { JobLook } from './look-at-job.ts'

export interface EndOfJob extends Pick<JobLook, 'job' | 'live' | 'run'> {
  readonly end: JobEnd
}

/** Keeps how attempts ended, all in one, then tells. */
export async function keepEnds(parts: JobParts, ends: readonly EndOfJob[]): Promise<void> {
  if (ends.length === 0) return
  const endings = ends.map((each) => endingOf(parts, each))
  const kept = new Map((await parts.store().end(endings)).map((ended) => [ended.id, ended]))
  const final: number[] = []
  for (const { job, end } of ends) {
    parts.runs.drop(job.id)
    const ended = kept.get(job.id)
    if (ended === undefined) continue
    if (ended.isFinal) final.push(job.id)
    parts.emit(tellJobEnd(job, end, ended.isFinal))
  }
  parts.queueChanged()
  parts.ended(final)
}

function endingOf(parts: JobParts, { job, live, run, end }: EndOfJob): Ending {
  const now = parts.now()
  const after = afterEnd(job, end, now)
  return {
    id: job.id,
    attempt: job.attempt,
    of: 'run',
    end,
    startedMs: run.startedAtMs,
    endedMs: run.endedAtMs ?? now.wallMs,
    figures: figuresOf(job, run, live.peakBytes),
    bytes: folderBytes(live.paths.job),
    again: after.kind === 'again' ? after.wait : null,
  }
}

function figuresOf(job: ActiveJob, { record }: JobLook['run'], peakBytes: number | null): Figures {
  const reach = record.began?.reach ?? (job.run.phase === 'started' ? job.run.reach : null)
  if (record.end?.kind !== 'ended') return { ...NO_FIGURES, reach }
  const { cpuSeconds, peakMemoryBytes, measuredBy } = measureEnded(
    record.end,
    record.began,
    peakBytes,
  )
  const cpuMs = cpuSeconds === null ? null : Math.round(cpuSeconds * 1000)
  return { cpuMs, peakMemoryBytes, measuredBy, reach }
}

export function tellJobEnd({ id, spec, attempt }: Job, end: JobEnd, isFinal: boolean) {
  const { status, reason } = end
  const { session } = spec
  const what = jobTitle(spec)
  return { type: 'job_ended', job: id, what, session, status, reason, attempt, isFinal } as const
}
