import type { JobDetailView, JobView } from '../contract/jobs.ts'
import type { FollowUp } from '../domain/follow-up.ts'
import type { Job } from '../domain/job.ts'
import { ProblemError } from '../domain/problem.ts'
import { runPaths } from '../host/jobs/run-paths.ts'
import type { Paths } from '../host/paths.ts'
import { pausedGroups } from '../operations/find-jobs.ts'
import { viewAttempt, viewJob } from '../operations/view-job.ts'
import type { JobQuery } from '../store/job-store.ts'
import type { Store } from '../store/store.ts'
import { judgeRun } from './judge-run.ts'
import { readStore } from './read-store.ts'

/** Jobs, newest first, as store and folders tell of them while no daemon runs. */
export async function offlineJobs(paths: Paths, query: JobQuery): Promise<JobView[]> {
  const found = await readStore(paths, (store) =>
    withOwed(store, () =>
      query.status === undefined ? store.jobs.list(query) : jobsNow(paths, store, query),
    ),
  )
  return (found ?? []).map((each) => view(paths, each))
}

/** Those that have that status by now: what had begun can have ended since it was put on record. */
async function jobsNow(paths: Paths, { jobs }: Store, query: JobQuery): Promise<Job[]> {
  const begun = (await jobs.active()).filter((job) => isAskedFor(job, query))
  const begunIds = new Set(begun.map(({ id }) => id))
  const onRecord = await jobs.list({ ...query, limit: query.limit + begun.length })
  return [
    ...onRecord.filter(({ id }) => !begunIds.has(id)),
    ...begun.filter((job) => judgeRun(paths, job).status === query.status),
  ]
    .toSorted((a, b) => b.id - a.id)
    .slice(0, query.limit)
}

function isAskedFor({ id, spec }: Job, { session, group, beforeId }: JobQuery): boolean {
  return (
    id < (beforeId ?? Infinity) &&
    spec.session === (session ?? spec.session) &&
    spec.group === (group ?? spec.group)
  )
}

/** One job with its history. */
export async function offlineJob(paths: Paths, id: number): Promise<JobDetailView> {
  const found = await readStore(paths, async (store) => {
    const [job] = await withOwed(store, () => store.jobs.getMany([id]))
    return job === undefined ? undefined : { job, attempts: await store.jobs.attempts(id) }
  })
  if (found === undefined) throw noSuchJob(id)
  return {
    ...view(paths, found.job),
    folder: runPaths(paths.jobs, id).job,
    attempts: found.attempts.map(viewAttempt),
  }
}

/** Those jobs in the order asked for, each once. */
export async function offlineJobsById(paths: Paths, ids: readonly number[]): Promise<JobView[]> {
  const found = await readStore(paths, (store) => withOwed(store, () => store.jobs.getMany(ids)))
  const byId = new Map((found ?? []).map((each) => [each.job.id, each]))
  return [...new Set(ids)].map((id) => {
    const each = byId.get(id)
    if (each === undefined) throw noSuchJob(id)
    return view(paths, each)
  })
}

interface JobWithOwed {
  readonly job: Job
  /** What its session is owed. */
  readonly followUp: FollowUp | undefined
  readonly isGroupPaused: boolean
}

async function withOwed(store: Store, read: () => Promise<Job[]>): Promise<JobWithOwed[]> {
  const jobs = await read()
  const owed = await store.followUps.ofJobs(jobs.map(({ id }) => id))
  const byJob = new Map(owed.map((each) => [each.job, each]))
  const paused = await pausedGroups(store, jobs)
  return jobs.map((job) => ({
    job,
    followUp: byJob.get(job.id),
    isGroupPaused: paused.has(job.spec.group),
  }))
}

function view(paths: Paths, { job, followUp, isGroupPaused }: JobWithOwed): JobView {
  const owed = followUp === undefined ? {} : { followUp: followUp.state }
  return viewJob(judgeRun(paths, job), { ...owed, isGroupPaused })
}

/** How many there are of each status. */
export async function offlineJobCounts(paths: Paths): Promise<Record<string, number>> {
  const found = await readStore(paths, async ({ jobs }) => ({
    counts: await jobs.counts(),
    active: await jobs.active(),
  }))
  const counts = new Map<string, number>(found?.counts)
  for (const job of found?.active ?? []) {
    const { status } = judgeRun(paths, job)
    counts.set(job.status, (counts.get(job.status) ?? 0) - 1)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0))
}

function noSuchJob(id: number): ProblemError {
  return new ProblemError({
    kind: 'not_found',
    message: `there is no job ${id}`,
    hint: '`curfew jobs` lists them',
  })
}
