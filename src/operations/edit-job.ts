import type { JobView } from '../contract/jobs.ts'
import { isUnstarted, type Job } from '../domain/job.ts'
import { answerAsk } from '../domain/job-asks.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { JobChange } from '../store/job-store.ts'
import type { Deps } from './deps.ts'
import { findJob, viewOne } from './find-jobs.ts'
import { checkGroup, unmetNeeds, waitOf } from './run-job.ts'

type Request = JobRequestOf<'edit'>

/** Changes a job that has not been started. */
export async function editJob(deps: Deps, input: Request): Promise<JobView> {
  const job = await findJob(deps, input.id)
  refuse(job)
  await checkGroup(deps, input.group)
  const outcome = await deps.store().jobs.edit(job.id, changeOf(deps, input))
  if (outcome.kind === 'needs') throw new ProblemError(unmetNeeds(outcome.needs))
  if (outcome.kind === 'not now') {
    refuse(await findJob(deps, input.id))
    throw new ProblemError({ kind: 'refused', message: `job ${job.id} cannot be edited just now` })
  }
  await keepSpec(deps, outcome.job)
  deps.events.emit({ type: 'job_asked', job: job.id, ask: 'edit', detail: saidFields(input) })
  deps.jobs.changed([])
  return viewOne(deps, outcome.job)
}

function refuse(job: Job): void {
  const answer = answerAsk('edit', job)
  if (answer.may === 'no') throw new ProblemError(answer.problem)
}

/** For the day on which the store is lost. */
async function keepSpec(deps: Deps, job: Job): Promise<void> {
  const { id, spec, createdMs, parent, retryOf } = job
  const wait = isUnstarted(job) ? job.wait : null
  await deps.jobs.rewriteSpec({ id, spec, createdMs, parent, retryOf, wait })
}

function changeOf(deps: Deps, input: Request): JobChange {
  const wait = waitOf(deps, input)
  const {
    command,
    name,
    group,
    cwd,
    after,
    priority,
    timeout,
    retry,
    keep_awake: keepAwake,
  } = input
  return {
    ...(command === undefined ? {} : { command }),
    ...(name === undefined ? {} : { name }),
    ...(group === undefined ? {} : { group }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(after === undefined ? {} : { after }),
    ...(priority === undefined ? {} : { priority }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(retry === undefined ? {} : { retries: retry }),
    ...(keepAwake === undefined ? {} : { keepAwake }),
    ...(wait === undefined ? {} : { wait }),
  }
}

function saidFields(input: Request): string {
  const said = Object.entries(input).filter(([name, value]) => name !== 'id' && value !== undefined)
  return said.map(([name]) => name).join(', ')
}
