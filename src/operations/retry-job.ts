import type { JobView } from '../contract/jobs.ts'
import { answerAsk } from '../domain/job-asks.ts'
import type { Job } from '../domain/job.ts'
import { draftRetry } from '../domain/job-moves.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'
import { findJob, viewOne } from './find-jobs.ts'
import { submitJob } from './run-job.ts'

/** The same once more: as a job of its own, or in its own place with what was before kept among its attempts. */
export async function retryJob(deps: Deps, input: JobRequestOf<'retry'>): Promise<JobView> {
  const job = await findJob(deps, input.id)
  const answer = answerAsk('retry', job)
  if (answer.may === 'no') throw new ProblemError(answer.problem)
  const environment = deps.jobs.environmentOf(job.id)
  if (environment === undefined) throw withoutEnvironment(job)
  if (input.in_place) return viewOne(deps, await retryInPlace(deps, job))
  const id = await deps.jobs.nextId()
  const draft = draftRetry(job, id, deps.jobs.now().wallMs)
  return submitJob(deps, draft, { inherited: {}, asked: environment }, input.ticket)
}

async function retryInPlace(deps: Deps, job: Job): Promise<Job> {
  const again = await deps.store().jobs.retryInPlace(job.id)
  // Somebody was faster: then it is as asked.
  if (again === undefined) return findJob(deps, job.id)
  deps.events.emit({ type: 'job_asked', job: job.id, ask: 'retry', detail: 'in place' })
  deps.jobs.changed([job.id])
  return again
}

function withoutEnvironment({ id }: Job): ProblemError {
  return new ProblemError({
    kind: 'refused',
    message: `job ${id} cannot be tried again: its folder is gone, and its environment with it`,
    hint: 'submit it anew with `curfew run`',
  })
}
