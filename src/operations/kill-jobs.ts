import type { JobView } from '../contract/jobs.ts'
import { isActive, isUnstarted, type Job } from '../domain/job.ts'
import { answerAsk } from '../domain/job-asks.ts'
import { killedUnstarted } from '../domain/job-end.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import { endingOfWaiting } from './ending-of-waiting.ts'
import type { Deps } from './deps.ts'
import { findJobs, viewNow } from './find-jobs.ts'
import { jobTitle } from '../domain/job-title.ts'

/** Between the look and the deed a job may be started, or end: then it is looked at again. */
const MOST_TRIES = 3

/** Ends jobs, or tells them something; all are asked about before anything is done to one. */
export async function killJobs(deps: Deps, input: JobRequestOf<'kill'>): Promise<JobView[]> {
  const { ids, signal = { kind: 'end', signal: 'SIGTERM' } } = input
  const jobs = await findJobs(deps, ids)
  for (const job of jobs) refuseWhereDone(job)
  if (signal.kind === 'tell') tellAll(deps, jobs, signal.signal)
  else await endAll(deps, jobs, signal.signal)
  await deps.turn()
  return viewNow(deps, ids)
}

function refuseWhereDone(job: Job): void {
  const answer = answerAsk('kill', job)
  if (answer.may === 'no') throw new ProblemError(answer.problem)
}

async function endAll(deps: Deps, jobs: readonly Job[], signal: string): Promise<void> {
  let open = jobs
  for (let tries = 0; open.length > 0 && tries < MOST_TRIES; tries += 1) {
    const done = [...(await endUnstarted(deps, open)), ...(await intend(deps, open, signal))]
    const left = open.filter(({ id }) => !done.includes(id)).map(({ id }) => id)
    open = left.length === 0 ? [] : await deps.store().jobs.getMany(left)
  }
  noteAsked(deps, jobs, signal)
}

async function endUnstarted(deps: Deps, jobs: readonly Job[]): Promise<number[]> {
  const waiting = jobs.filter(isUnstarted)
  if (waiting.length === 0) return []
  const end = killedUnstarted()
  const endedMs = deps.jobs.now().wallMs
  const ended = await deps
    .store()
    .jobs.end(waiting.map((job) => endingOfWaiting(job, end, endedMs)))
  for (const { id, session } of ended) {
    const job = waiting.find((each) => each.id === id)
    if (job === undefined) continue
    const { status, reason } = end
    const what = jobTitle(job.spec)
    const { attempt } = job
    deps.events.emit({
      type: 'job_ended',
      job: id,
      what,
      session,
      status,
      reason,
      attempt,
      isFinal: true,
    })
  }
  const ids = ended.map(({ id }) => id)
  deps.jobs.told(ids)
  return ids
}

async function intend(deps: Deps, jobs: readonly Job[], signal: string): Promise<number[]> {
  const active = jobs.filter(isActive)
  if (active.length === 0) return []
  const { wallMs: askedMs, awakeMs, bootId } = deps.jobs.now()
  const intent = { why: 'kill', signal, askedMs, awakeMs, bootId } as const
  const standing = await deps.store().jobs.intend(active.map(({ id }) => ({ id, intent })))
  const ids = standing.map(({ id }) => id)
  deps.jobs.changed(ids)
  return ids
}

function tellAll(deps: Deps, jobs: readonly Job[], signal: string): void {
  const deaf = jobs.find((job) => !hasProcess(job))
  if (deaf !== undefined) throw nobodyToTell(deaf, signal)
  const told = jobs.filter((job) => deps.jobs.signal(job, signal))
  noteAsked(deps, told, signal)
  const gone = jobs.find((job) => !told.includes(job))
  if (gone !== undefined) throw nobodyToTell(gone, signal, told)
}

function hasProcess(job: Job): boolean {
  return isActive(job) && job.run.phase === 'started' && job.run.process !== null
}

function nobodyToTell(
  { id, status }: Job,
  signal: string,
  told: readonly { readonly id: number }[] = [],
): ProblemError {
  const others = told.map(({ id: other }) => other).join(', ')
  return new ProblemError({
    kind: 'refused',
    message: `job ${id} is ${status}: there is no process of it that could be told ${signal}`,
    ...(others === '' ? {} : { hint: `these were told: ${others}` }),
  })
}

function noteAsked(deps: Deps, jobs: readonly Job[], detail: string): void {
  for (const { id } of jobs) deps.events.emit({ type: 'job_asked', job: id, ask: 'kill', detail })
}
