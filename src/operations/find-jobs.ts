import type { JobView } from '../contract/jobs.ts'
import { isUnstarted, type Job } from '../domain/job.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Store } from '../store/store.ts'
import type { Deps } from './deps.ts'
import { viewJob } from './view-job.ts'

/** Those jobs in the order asked for; refuses when one of them is not on record. */
export async function findJobs(deps: Deps, ids: readonly number[]): Promise<Job[]> {
  const found = new Map((await deps.store().jobs.getMany(ids)).map((job) => [job.id, job]))
  return ids.map((id) => {
    const job = found.get(id)
    if (job !== undefined) return job
    throw new ProblemError({
      kind: 'not_found',
      message: `there is no job ${id}`,
      hint: '`curfew jobs` lists them',
    })
  })
}

export async function findJob(deps: Deps, id: number): Promise<Job> {
  const [job] = await findJobs(deps, [id])
  if (job === undefined) throw new Error('a job that was found is not there')
  return job
}

/** Jobs as they are shown, those that run with what they have taken so far. */
export async function viewJobs(deps: Deps, jobs: readonly Job[]): Promise<JobView[]> {
  const figures = deps.jobs.figures(jobs)
  const owing = jobs.flatMap(({ id, spec }) => (spec.session === null ? [] : [id]))
  const owed = owing.length === 0 ? [] : await deps.store().followUps.ofJobs(owing)
  const paused = await pausedGroups(deps.store(), jobs)
  const states = new Map(owed.map(({ job, state }) => [job, state]))
  return jobs.map((job) => {
    const live = figures.get(job.id)
    const followUp = states.get(job.id)
    return viewJob(job, {
      ...(live === undefined ? {} : { figures: live }),
      ...(followUp === undefined ? {} : { followUp }),
      isGroupPaused: paused.has(job.spec.group),
    })
  })
}

export async function viewOne(deps: Deps, job: Job): Promise<JobView> {
  const [view] = await viewJobs(deps, [job])
  if (view === undefined) throw new Error('a job that was found has no view')
  return view
}

/** Matters for those alone that have not been started. */
export async function pausedGroups(
  store: Store,
  jobs: readonly Job[],
): Promise<ReadonlySet<string>> {
  if (!jobs.some(isUnstarted)) return new Set()
  const groups = await store.jobs.groups()
  return new Set(groups.filter(({ paused }) => paused).map(({ name }) => name))
}

/** The same of jobs as they are now. */
export async function viewNow(deps: Deps, ids: readonly number[]): Promise<JobView[]> {
  return viewJobs(deps, await findJobs(deps, ids))
}
