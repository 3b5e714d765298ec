import type { JobView } from '../contract/jobs.ts'
import type { Job } from '../domain/job.ts'
import { answerAsk } from '../domain/job-asks.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'
import { findJobs, viewJobs, viewNow } from './find-jobs.ts'
import { checkGroup } from './run-job.ts'

type Ask = 'pause' | 'resume'

/** Stops jobs or a group for now; gives the jobs as they are then. */
export function pauseJobs(deps: Deps, input: JobRequestOf<'pause'>): Promise<JobView[]> {
  return ask(deps, 'pause', input)
}

/** Lets paused jobs, or a group, go on. */
export function resumeJobs(deps: Deps, input: JobRequestOf<'resume'>): Promise<JobView[]> {
  return ask(deps, 'resume', input)
}

async function ask(deps: Deps, what: Ask, input: JobRequestOf<Ask>): Promise<JobView[]> {
  if (input.group !== undefined) return viewJobs(deps, await askGroup(deps, what, input.group))
  const ids = input.ids ?? []
  for (const job of await findJobs(deps, ids)) {
    const answer = answerAsk(what, job)
    if (answer.may === 'no') throw new ProblemError(answer.problem)
  }
  const { jobs } = deps.store()
  const now = deps.jobs.now()
  const changed = await (what === 'pause' ? jobs.pause(ids, now) : jobs.resume(ids, now))
  await tell(deps, what, changed)
  return viewNow(deps, ids)
}

async function askGroup(deps: Deps, what: Ask, name: string): Promise<Job[]> {
  await checkGroup(deps, name)
  const { jobs } = deps.store()
  const now = deps.jobs.now()
  const changed = await (what === 'pause'
    ? jobs.pauseGroup(name, now)
    : jobs.resumeGroup(name, now))
  await tell(deps, what, changed)
  return changed
}

async function tell(deps: Deps, what: Ask, changed: readonly Job[]): Promise<void> {
  for (const { id } of changed)
    deps.events.emit({ type: 'job_asked', job: id, ask: what, detail: '' })
  deps.jobs.changed(changed.map(({ id }) => id))
  await deps.turn()
}
