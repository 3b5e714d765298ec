import type { RemovedJobsView } from '../contract/jobs.ts'
import { answerAsk } from '../domain/job-asks.ts'
import { chooseLeaving, CLEAN, type RetentionRules } from '../domain/job-retention.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'
import { findJobs } from './find-jobs.ts'

const AT_ONCE = 200

type ForgetDeps = Pick<Deps, 'store' | 'jobs' | 'events'>

/** Forgets jobs that have ended, whether anybody was told of them or not. */
export async function removeJobs(
  deps: Deps,
  { ids }: JobRequestOf<'remove'>,
): Promise<RemovedJobsView> {
  for (const job of await findJobs(deps, ids)) {
    const answer = answerAsk('remove', job)
    if (answer.may === 'no') throw new ProblemError(answer.problem)
  }
  const removed = await forget(deps, ids)
  deps.events.emit({ type: 'jobs_forgotten', count: removed.length, why: 'removed by hand' })
  return { removed }
}

/** Forgets every ended job of which nobody has to be told any more. */
export async function cleanJobs(deps: Deps): Promise<RemovedJobsView> {
  const removed = await forgetLeavers(deps, CLEAN)
  if (removed.length > 0) {
    deps.events.emit({ type: 'jobs_forgotten', count: removed.length, why: 'cleaned by hand' })
  }
  return { removed }
}

/** Forgets what the rules let go; says which. */
export async function forgetLeavers(
  deps: ForgetDeps,
  rules: RetentionRules,
  stop?: AbortSignal,
): Promise<number[]> {
  const removed: number[] = []
  while (stop?.aborted !== true) {
    const look = await deps.store().jobs.leavers(AT_ONCE)
    const leaving = chooseLeaving({ ...look, nowMs: deps.jobs.now().wallMs }, rules)
    if (leaving.length === 0) return removed
    const gone = await forget(deps, leaving)
    removed.push(...gone)
    if (gone.length === 0) return removed
  }
  return removed
}

/** Folders first: a record without a folder is harmless, a folder without a record would be taken for a new job. */
async function forget({ jobs, store }: ForgetDeps, ids: readonly number[]): Promise<number[]> {
  for (const id of ids) jobs.dropFolder(id)
  return store().jobs.remove(ids)
}
