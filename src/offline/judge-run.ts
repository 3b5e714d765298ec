import { type ActiveJob, type EndedJob, isActive, type Job, NO_FIGURES } from '../domain/job.ts'
import { endFrom, intentOf } from '../domain/job-end.ts'
import { judgeEnding } from '../domain/job-ending.ts'
import type { Seen } from '../domain/elapsed.ts'
import { afterEnd } from '../domain/job-retry.ts'
import { systemClock } from '../host/clock.ts'
import { isThere } from '../host/file-exists.ts'
import { bootId } from '../host/identity.ts'
import { lookAtRun, type RunLook } from '../host/jobs/look-at-run.ts'
import { runPaths } from '../host/jobs/run-paths.ts'
import type { Paths } from '../host/paths.ts'

/**
 * A job as its folder tells of it. What ended while no daemon ran is not on record yet; that another
 * attempt follows is for the daemon to say.
 */
export function judgeRun(paths: Paths, job: Job): Job {
  if (!isActive(job)) return job
  const files = runPaths(paths.jobs, job.id, job.attempt)
  if (!isThere(files.run)) return job
  const look = lookAtRun(files)
  const verdict = verdictOf(job, look)
  if (verdict.kind !== 'ended') return job
  const end = endFrom(verdict)
  return afterEnd(job, end, now()).kind === 'again' ? job : asEnded(job, end, look)
}

function verdictOf(job: ActiveJob, { written, record, waiter, fence }: RunLook) {
  const { run } = job
  const boot = run.phase === 'started' ? run.waiter.bootId : run.clock.since?.bootId
  return judgeEnding({
    written,
    fence: run.phase === 'started' ? 'started' : fence,
    began: record.began !== null,
    waiter,
    otherBoot: (boot ?? bootId()) !== bootId(),
    intent: intentOf(job),
    signalSent: job.intent !== null,
    oomKills: record.end?.kind === 'ended' ? record.end.oomKills : null,
    command: job.spec.command[0] ?? '',
  })
}

function asEnded(job: ActiveJob, end: EndedJob['end'], look: RunLook): EndedJob {
  const { id, spec, createdMs, parent, retryOf, attempt, retriesLeft, badStarts, progress } = job
  return {
    id,
    spec,
    createdMs,
    parent,
    retryOf,
    attempt,
    retriesLeft,
    badStarts,
    progress,
    status: end.status,
    run: null,
    end,
    startedMs: look.startedAtMs ?? job.run.startedMs,
    endedMs: look.endedAtMs ?? job.run.startedMs,
    figures: NO_FIGURES,
    bytes: 0,
    acknowledgedMs: null,
  }
}

function now(): Seen {
  return { wallMs: systemClock.wallMs(), bootMs: systemClock.bootMs(), bootId: bootId() }
}
