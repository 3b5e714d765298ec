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
  return told(deps, await forget(deps, ids), 'removed by hand')
}

/** Forgets every ended job of which nobody has to be told any more. */
export async function cleanJobs(deps: Deps): Promise<RemovedJobsView> {
  return told(deps, await forgetLeavers(deps, CLEAN), 'cleaned by hand')
}

/** What could be forgotten is told before what could not. */
function told(
  { events }: Pick<Deps, 'events'>,
  { problem, removed }: Forgotten,
  why: string,
): RemovedJobsView {
  if (removed.length > 0) events.emit({ type: 'jobs_forgotten', count: removed.length, why })
  if (problem !== undefined) throw problem
  return { removed }
}

export interface Forgotten {
  readonly removed: number[]
  /** Why a folder could not be removed; its job stays, and holds up no other. */
  readonly problem: Error | undefined
}

/** Forgets what the rules let go; says which. */
export async function forgetLeavers(
  deps: ForgetDeps,
  rules: RetentionRules,
  stop?: AbortSignal,
): Promise<Forgotten> {
  const removed: number[] = []
  let problem: Error | undefined
  while (stop?.aborted !== true) {
    const look = await deps.store().jobs.leavers(AT_ONCE)
    const leaving = chooseLeaving({ ...look, nowMs: deps.jobs.now().wallMs }, rules)
    if (leaving.length === 0) break
    const gone = await forget(deps, leaving)
    removed.push(...gone.removed)
    problem ??= gone.problem
    if (gone.removed.length === 0) break
  }
  return { removed, problem }
}

/** Folders first: a record without a folder is harmless, a folder without a record would be taken for a new job. */
async function forget({ jobs, store }: ForgetDeps, ids: readonly number[]): Promise<Forgotten> {
  const free: number[] = []
  let problem: Error | undefined
  for (const id of ids) {
    try {
      jobs.dropFolder(id)
      free.push(id)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      problem ??= error
    }
  }
  return { removed: await store().jobs.remove(free), problem }
}
