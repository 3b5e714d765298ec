import type { ActiveJob, IntentKind } from '../../domain/job.ts'
import { unstartable } from '../../domain/job-end.ts'
import { afterBadStart } from '../../domain/job-retry.ts'
import { type JobStep, stepJob } from '../../domain/job-step.ts'
import { printableLine } from '../../domain/printable.ts'
import { ProblemError } from '../../domain/problem.ts'
import { lookAtProcesses, type ProcessTable } from '../../host/jobs/process-table.ts'
import { reasonOf } from '../../host/system-error.ts'
import { endNow, letGoOn, stopNow } from './act-on-job.ts'
import { type EndOfJob, keepEnds } from './end-jobs.ts'
import type { JobParts } from './job-parts.ts'
import { heed } from './launch-job.ts'
import { type JobLook, lookAtJob } from './look-at-job.ts'
import { startOf } from './start-of-job.ts'

/** Something is heard of each change; this is for what nobody tells. */
const LOOK_AGAIN_MS = 30_000
const TRY_AGAIN_MS = 1_000
/** Between the fence and the word of who it is there is next to nothing. */
const STARTING_LOOK_MS = 100
/** A job comes to rest after a few steps; more is a mistake, and the next turn goes on with it. */
const MOST_ROUNDS = 8

interface Stepped extends JobLook {
  readonly step: JobStep
}

/** Looks at the jobs whose time has come, and does what ought to be done about each. */
export async function tendJobs(parts: JobParts): Promise<void> {
  const problems: string[] = []
  let work = parts.runs.due()
  for (let round = 0; work.length > 0 && round < MOST_ROUNDS; round += 1) {
    const again = await tendAll(parts, work, problems)
    work = again.flatMap((id) => parts.runs.get(id) ?? [])
  }
  const [first, ...more] = problems
  if (first === undefined) return
  const message = more.length === 0 ? first : `${first} (and ${more.length} more)`
  throw new ProblemError({ kind: 'failed', message })
}

/** What could not be kept, for want of room, say, is tried again before long. */
async function tendAll(
  parts: JobParts,
  work: readonly ActiveJob[],
  problems: string[],
): Promise<number[]> {
  try {
    return await tendOnce(parts, work, problems)
  } catch (error) {
    for (const { id } of work) parts.runs.lookIn(id, TRY_AGAIN_MS)
    throw error
  }
}

/** One step for each; gives those that are to be stepped again at once. */
async function tendOnce(
  parts: JobParts,
  work: readonly ActiveJob[],
  problems: string[],
): Promise<number[]> {
  const stepped = work.flatMap((job) => stepOne(parts, job, problems))
  let table: ProcessTable | undefined
  const look = (): ProcessTable => (table ??= lookAtProcesses())
  const again = stepped.flatMap((each) => (act(parts, each, look) === 'again' ? [each.job.id] : []))
  const noted = await noteStarts(parts, chosen(stepped, 'note start'))
  const intended = await keepIntents(parts, chosen(stepped, 'intend'))
  const put = await putBack(parts, chosen(stepped, 'put back'))
  const ends = chosen(stepped, 'end').map((each): EndOfJob => ({ ...each, end: each.step.end }))
  await keepEnds(parts, [...ends, ...put])
  return [...again, ...noted, ...intended]
}

/** One damaged folder hides no other job. */
function stepOne(parts: JobParts, job: ActiveJob, problems: string[]): Stepped[] {
  parts.runs.lookIn(job.id, LOOK_AGAIN_MS)
  try {
    const look = lookAtJob(job, parts.runs.live(job), parts.now())
    const rules = { killGraceMs: parts.config().jobs.killGrace }
    return [{ ...look, step: stepJob(job, look.facts, rules) }]
  } catch (error) {
    problems.push(
      `job ${job.id}: ${printableLine(error instanceof Error ? error.message : reasonOf(error))}`,
    )
    return []
  }
}

/** What needs no record of its own. */
function act(
  parts: JobParts,
  { job, live, run, step }: Stepped,
  look: () => ProcessTable,
): 'again' | 'done' {
  if (step.do === 'stop') stopNow(parts, job, live)
  else if (step.do === 'end it') endNow(parts, job, live, step)
  else if (step.do === 'let go on') return letGoOn(parts, job, live, look) ? 'again' : 'done'
  else if (step.do === 'wait' && !live.isLaunching) {
    const isStarting = job.run.phase === 'starting'
    const inMs = Math.min(step.inMs ?? LOOK_AGAIN_MS, isStarting ? STARTING_LOOK_MS : LOOK_AGAIN_MS)
    parts.runs.lookIn(job.id, Math.max(1, inMs))
    if (run.waiter === 'alive') heed(parts, job, live)
  }
  return 'done'
}

async function noteStarts(
  parts: JobParts,
  starts: readonly Chosen<'note start'>[],
): Promise<number[]> {
  const runs = starts.flatMap(({ job, live, run }) => {
    const { began } = live
    return began === null
      ? []
      : [{ id: job.id, attempt: job.attempt, ...startOf(job, began, run, parts.now()) }]
  })
  if (runs.length === 0) return []
  await parts.store().started(runs)
  return refresh(
    parts,
    runs.map(({ id }) => id),
  )
}

async function keepIntents(parts: JobParts, asked: readonly Chosen<'intend'>[]): Promise<number[]> {
  if (asked.length === 0) return []
  const intents = asked.map(({ job, live, step }) => {
    // Until it is told, nothing was sent: an end in between is its own.
    live.mayBeSignalled = job.intent !== null
    return { id: job.id, intent: newIntent(parts, step.why) }
  })
  await parts.store().intend(intents)
  return refresh(
    parts,
    asked.map(({ job }) => job.id),
  )
}

function newIntent({ now }: JobParts, why: IntentKind) {
  const { wallMs, awakeMs, bootId: boot } = now()
  const signal = why === 'lost' ? 'SIGKILL' : 'SIGTERM'
  return { why, signal, askedMs: wallMs, awakeMs, bootId: boot }
}

/** What is to be tried again is queued; what cannot ever be started has ended. */
async function putBack(
  parts: JobParts,
  stepped: readonly Chosen<'put back'>[],
): Promise<EndOfJob[]> {
  const ends: EndOfJob[] = []
  for (const each of stepped) {
    const { job, live, run } = each
    const { refusal } = live
    const why = refusal ?? live.doubt
    const isBurned = run.fence === 'cancelled'
    const after =
      why === null
        ? { kind: 'later' as const, badStarts: job.badStarts, wait: null }
        : afterBadStart(job, why, parts.now())
    if (after.kind === 'never') ends.push({ ...each, end: after.end })
    else if (refusal?.includes('ENOENT') === true) {
      ends.push({ ...each, end: unstartable('its folder in the home is gone') })
    } else {
      const { badStarts, wait } = after
      await parts.store().putBack({ id: job.id, attempt: job.attempt, badStarts, wait, isBurned })
      parts.runs.drop(job.id)
      parts.queueChanged()
    }
  }
  return ends
}

/** As the store has them now; gives those that are still to be looked after. */
export async function refresh(parts: JobParts, ids: readonly number[]): Promise<number[]> {
  const found = new Map((await parts.store().getMany(ids)).map((job) => [job.id, job]))
  return ids.filter((id) => {
    const job = found.get(id)
    if (job !== undefined && job.run !== null) {
      parts.runs.put(job)
      return true
    }
    parts.runs.drop(id)
    return false
  })
}

type Chosen<Do extends JobStep['do']> = JobLook & { readonly step: Extract<JobStep, { do: Do }> }

function chosen<Do extends JobStep['do']>(stepped: readonly Stepped[], what: Do): Chosen<Do>[] {
  return stepped.filter((each): each is Stepped & Chosen<Do> => each.step.do === what)
}
