import type { JobDetailView, JobView, LogView } from '../contract/jobs.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'
import { findJob, viewJobs, viewOne } from './find-jobs.ts'
import { viewAttempt } from './view-job.ts'

export async function listJobs(deps: Deps, input: JobRequestOf<'jobs'>): Promise<JobView[]> {
  const { status, session, group, limit, before } = input
  const jobs = await deps.store().jobs.list({
    limit,
    ...(status === undefined ? {} : { status }),
    ...(session === undefined ? {} : { session }),
    ...(group === undefined ? {} : { group }),
    ...(before === undefined ? {} : { beforeId: before }),
  })
  return viewJobs(deps, jobs)
}

export async function showJob(deps: Deps, { id }: JobRequestOf<'job'>): Promise<JobDetailView> {
  const job = await findJob(deps, id)
  const view = await viewOne(deps, job)
  const attempts = await deps.store().jobs.attempts(id)
  return { ...view, folder: deps.jobs.folderOf(id), attempts: attempts.map(viewAttempt) }
}

export async function readLog(deps: Deps, input: JobRequestOf<'logs'>): Promise<LogView> {
  const job = await findJob(deps, input.id)
  const attempt = input.attempt ?? job.attempt
  if (attempt > job.attempt) {
    const message = `job ${job.id} has had ${job.attempt} attempts, not ${attempt}`
    throw new ProblemError({ kind: 'not_found', message })
  }
  const { text, bytes, lostBytes } = deps.jobs.readLog(job.id, attempt, input.lines)
  return { id: job.id, attempt, text, bytes, lost_bytes: lostBytes }
}

export async function sayProgress(deps: Deps, input: JobRequestOf<'progress'>): Promise<JobView> {
  const { id, done = null, total = null, text = null } = input
  const job = await findJob(deps, id)
  if (!(await deps.store().jobs.setProgress(id, { done, total, text }))) {
    throw new ProblemError({
      kind: 'refused',
      message: `job ${id} does not run (${job.status}): only what runs makes progress`,
    })
  }
  return viewOne(deps, await findJob(deps, id))
}
