import type { JobView } from '../contract/jobs.ts'
import { DEFAULT_GROUP, type JobDraft, type JobSpec, USUAL_UMASK } from '../domain/job.ts'
import { unknownGroup } from '../domain/job-groups.ts'
import { jobTitle } from '../domain/job-title.ts'
import type { Wait } from '../domain/job-wait.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Submission } from '../store/job-store.ts'
import type { Deps } from './deps.ts'
import { findJob, viewOne } from './find-jobs.ts'
import type { JobEnvironment } from './job-desk.ts'

type Request = JobRequestOf<'run'>

/** Takes in a job; when this resolves, neither a crash nor a power cut loses it. */
export async function runJob(deps: Deps, input: Request): Promise<JobView> {
  await checkGroup(deps, input.group)
  const id = await deps.jobs.nextId()
  const draft: JobDraft = {
    id,
    spec: specOf(deps, input),
    wait: waitOf(deps, input) ?? null,
    createdMs: deps.jobs.now().wallMs,
    parent: input.parent ?? null,
    retryOf: null,
  }
  return submitJob(
    deps,
    draft,
    { inherited: input.env ?? {}, asked: input.set_env ?? {} },
    input.ticket,
  )
}

/** Folder first, then the record: what is on record can be started. */
export async function submitJob(
  deps: Deps,
  draft: JobDraft,
  environment: JobEnvironment,
  ticket: string | undefined,
): Promise<JobView> {
  const { jobs } = deps.store()
  const twin = ticket === undefined ? undefined : await jobs.ofTicket(ticket)
  if (twin !== undefined) return viewOne(deps, twin)
  const { id, spec } = draft
  if (spec.session !== null) await deps.store().followUps.reviveSession(spec.session)
  const outcome = await keepOrDrop(deps, draft, environment, ticket)
  if (!outcome.ok) {
    if (outcome.why === 'ticket') return viewOne(deps, await findJob(deps, outcome.job))
    throw new ProblemError(unmetNeeds(outcome.needs))
  }
  deps.events.emit({ type: 'job_submitted', job: id, what: jobTitle(spec), session: spec.session })
  deps.jobs.changed([])
  return viewOne(deps, await findJob(deps, id))
}

/** What does not get on record leaves no folder behind, nor half of one. */
async function keepOrDrop(
  deps: Deps,
  draft: JobDraft,
  environment: JobEnvironment,
  ticket: string | undefined,
): Promise<Submission> {
  let kept = false
  try {
    await deps.jobs.makeFolder(draft, environment, ticket)
    const outcome = await deps.store().jobs.submit([draft], ticket)
    kept = outcome.ok
    return outcome
  } finally {
    if (!kept) deps.jobs.dropFolder(draft.id)
  }
}

export async function checkGroup(deps: Deps, name: string | undefined): Promise<void> {
  if (name === undefined) return
  const problem = unknownGroup(await deps.jobs.groups(), name)
  if (problem !== undefined) throw new ProblemError(problem)
}

export function unmetNeeds(needs: readonly number[]) {
  return {
    kind: 'not_found',
    message: `after: ${needs.length === 1 ? 'there is no older job' : 'there are no older jobs'} ${needs.join(', ')}`,
    hint: '`curfew jobs` lists them',
  } as const
}

/** Null: none; undefined where nothing is said of it. */
export function waitOf(deps: Deps, input: Pick<Request, 'at' | 'delay'>): Wait | null | undefined {
  if (input.at !== undefined) return { kind: 'until', atMs: input.at }
  if (input.delay === undefined) return undefined
  if (input.delay === 0) return null
  const { wallMs, bootMs, bootId } = deps.jobs.now()
  return { kind: 'delay', ms: input.delay, from: { wallMs, bootMs, bootId } }
}

function specOf(deps: Deps, input: Request): JobSpec {
  const { command, shell } = input
  return {
    command: command ?? deps.jobs.shellCommand(shell ?? ''),
    name: input.name ?? null,
    session: input.session ?? null,
    group: input.group ?? DEFAULT_GROUP,
    cwd: input.cwd,
    umask: input.umask ?? USUAL_UMASK,
    after: input.after ?? [],
    priority: input.priority ?? 0,
    timeoutMs: input.timeout ?? deps.config().config.jobs.timeout,
    retries: input.retry ?? 0,
    keepAwake: input.keep_awake ?? false,
  }
}
