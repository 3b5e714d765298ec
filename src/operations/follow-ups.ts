import type {
  AcknowledgedView,
  FollowUpView,
  RetriedView,
  SessionEndView,
} from '../contract/follow-ups.ts'
import type { FollowUp } from '../domain/follow-up.ts'
import { followUpText } from '../domain/follow-up-text.ts'
import { isoTime } from '../domain/iso-time.ts'
import { isEnded, type Job } from '../domain/job.ts'
import { ProblemError } from '../domain/problem.ts'
import type { FollowUpRequestOf } from '../formats/follow-up-requests.ts'
import type { Deps } from './deps.ts'

interface ViewDeps extends Pick<Deps, 'store'> {
  readonly followUps: Pick<Deps['followUps'], 'outputOf'>
}

/** What sessions are owed; with `wait`, as soon as there is something, or when the time is over. */
export async function listFollowUps(
  deps: Deps,
  input: FollowUpRequestOf<'followups'>,
  gone: AbortSignal,
): Promise<FollowUpView[]> {
  const { session, state, limit, before, wait } = input
  const query = {
    state,
    limit,
    ...(session === undefined ? {} : { session }),
    ...(before === undefined ? {} : { beforeId: before }),
  }
  const untilMs = deps.clock.monotonicMs() + wait
  for (;;) {
    const found = await deps.store().followUps.list(query)
    const leftMs = untilMs - deps.clock.monotonicMs()
    if (found.length > 0 || leftMs <= 0 || gone.aborted || deps.jobs.isLeaving()) {
      return viewFollowUps(deps, found)
    }
    await deps.followUps.next(session, leftMs, gone)
  }
}

export async function acknowledge(
  deps: Deps,
  { ids }: FollowUpRequestOf<'ack'>,
): Promise<AcknowledgedView> {
  const { changed, unknown } = await deps.store().followUps.acknowledge(ids, deps.clock.wallMs())
  for (const { id, job, session } of changed) {
    deps.events.emit({ type: 'follow_up_acknowledged', id, job, session, by: 'hand' })
  }
  deps.followUps.changed()
  refuseUnknown(unknown)
  return { acknowledged: changed.map(({ id }) => id) }
}

export async function retryFollowUps(
  deps: Deps,
  { ids }: FollowUpRequestOf<'followup_retry'>,
): Promise<RetriedView> {
  const { changed, unknown } = await deps.store().followUps.retry(ids, deps.clock.wallMs())
  deps.followUps.changed()
  refuseUnknown(unknown)
  return { retried: changed.map(({ id }) => id) }
}

export async function endSession(
  deps: Deps,
  { session }: FollowUpRequestOf<'session_end'>,
): Promise<SessionEndView> {
  const settled = await deps.store().followUps.endSession(session, deps.clock.wallMs())
  deps.events.emit({ type: 'session_ended', session, settled: settled.length, why: 'by hand' })
  deps.followUps.changed()
  return { session, settled }
}

/** Follow-ups with what they say, made of the record and the output as they are. */
export async function viewFollowUps(
  deps: ViewDeps,
  followUps: readonly FollowUp[],
): Promise<FollowUpView[]> {
  const jobs = await deps.store().jobs.getMany(followUps.map(({ job }) => job))
  const byId = new Map(jobs.map((job) => [job.id, job]))
  return followUps.map(({ id, job, session, createdMs, attempts, nextMs, problem, state }) => ({
    id,
    job,
    session,
    text: textOf(deps, byId.get(job)),
    created_at: isoTime(createdMs),
    attempts,
    next_at: nextMs === null ? null : isoTime(nextMs),
    problem,
    state,
  }))
}

function textOf({ followUps }: ViewDeps, job: Job | undefined): string {
  if (job === undefined || !isEnded(job)) return 'The job has been started again since.\n'
  const { id, spec, attempt, end, startedMs, endedMs } = job
  const { name, command, cwd } = spec
  const ranMs = startedMs === null ? null : endedMs - startedMs
  const { status, reason } = end
  const told = { id, name, command, cwd, status, reason, ranMs }
  return followUpText(told, followUps.outputOf(id, attempt))
}

function refuseUnknown(unknown: readonly number[]): void {
  if (unknown.length === 0) return
  throw new ProblemError({
    kind: 'not_found',
    message: `nobody is owed a word about ${unknown.join(', ')}`,
    hint: '`curfew followups` lists what is owed',
  })
}
