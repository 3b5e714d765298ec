import type { ActiveJob } from '../../domain/job.ts'
import type { JobStep } from '../../domain/job-step.ts'
import { reasonOf } from '../../host/system-error.ts'
import { endJob, type EndRequest } from '../../host/jobs/end-job.ts'
import { pauseJob, type PauseRequest, resumeJob } from '../../host/jobs/pause-job.ts'
import type { ProcessTable } from '../../host/jobs/process-table.ts'
import type { JobParts } from './job-parts.ts'
import type { LiveRun } from './live-runs.ts'

type EndIt = Extract<JobStep, { do: 'end it' }>

/** What withstood SIGKILL (it waits for a disk, or is not ours to kill) is tried again after this. */
const TRY_AGAIN_MS = 30_000

/** Begins to end all of it; the look after that sees what came of it. */
export function endNow(parts: JobParts, job: ActiveJob, live: LiveRun, step: EndIt): void {
  const marks = marksOf(parts, job, live)
  if (marks === undefined) return
  const mine = { state: 'under way', signal: step.signal } as const
  live.ending = mine
  live.mayBeSignalled = true
  const signal = step.signal as EndRequest['signal']
  endJob({ ...marks, signal, graceMs: step.graceMs }).then(
    ({ remaining }) => {
      // Somebody in a greater hurry may have taken over.
      if (live.ending !== mine) return
      const isGone = remaining.length === 0
      live.ending = { state: 'over', isGone }
      if (!isGone) tellLeft(parts, job, remaining)
      parts.runs.lookIn(job.id, isGone ? 0 : TRY_AGAIN_MS)
      parts.wake()
    },
    (error: unknown) => {
      if (live.ending === mine) live.ending = { state: 'none' }
      tellTrouble(parts, job, 'it could not be ended', error)
    },
  )
}

export function stopNow(parts: JobParts, job: ActiveJob, live: LiveRun): void {
  const marks = marksOf(parts, job, live)
  if (marks === undefined || live.isStopping) return
  live.isStopping = true
  pauseJob(marks)
    .then(
      (isStopped) => {
        live.made = 'stopped'
        if (!isStopped)
          tellTrouble(parts, job, 'it could not be stopped whole', 'some of it still runs')
      },
      (error: unknown) => tellTrouble(parts, job, 'it could not be stopped', error),
    )
    .finally(() => {
      live.isStopping = false
      parts.runs.lookIn(job.id, 0)
      parts.wake()
    })
}

/** False while it is still being stopped: then a look follows by itself. */
export function letGoOn(
  parts: JobParts,
  job: ActiveJob,
  live: LiveRun,
  look: () => ProcessTable,
): boolean {
  const marks = marksOf(parts, job, live)
  if (marks === undefined || live.isStopping) return false
  resumeJob(marks, look())
  live.made = 'going'
  return true
}

function tellLeft(parts: JobParts, { id }: ActiveJob, remaining: readonly number[]): void {
  const why = `${remaining.length} of its processes withstand SIGKILL (${remaining.slice(0, 5).join(', ')})`
  parts.emit({ type: 'job_troubled', job: id, why })
}

function tellTrouble(parts: JobParts, { id }: ActiveJob, what: string, error: unknown): void {
  parts.emit({ type: 'job_troubled', job: id, why: `${what}: ${reasonOf(error)}` })
}

/** By what its processes are known; waiters of other jobs may hang below it and are spared. */
function marksOf(parts: JobParts, job: ActiveJob, live: LiveRun): PauseRequest | undefined {
  const { began, paths } = live
  if (began === null) return undefined
  return { paths, began, home: parts.paths.home, job: job.id, spare: ourOthers(parts, job) }
}

function ourOthers({ launchers, runs }: JobParts, { id }: ActiveJob): number[] {
  const waiters = runs
    .all()
    .flatMap(({ id: other, run }) =>
      other !== id && run.phase === 'started' ? [run.waiter.pid] : [],
    )
  const launcher = launchers.pid()
  return launcher === undefined ? waiters : [launcher, ...waiters]
}
