import { mergeGroups } from '../../domain/job-groups.ts'
import { planQueue, type QueuePlan } from '../../domain/job-queue.ts'
import { endingOfWaiting } from '../../operations/ending-of-waiting.ts'
import { tellJobEnd } from './end-jobs.ts'
import type { JobParts } from './job-parts.ts'
import { launch } from './launch-job.ts'

/** So many are started in one turn; the next turn goes on. */
const MOST_STARTS = 100

/** Starts what may start. Gives when to look again; null when only an end or a word can change anything. */
export async function serveQueue(parts: JobParts): Promise<number | null> {
  const store = parts.store()
  const groups = mergeGroups(parts.config().jobs.groups, await store.groups())
  const look = await store.queue({ groups, most: MOST_STARTS })
  const plan = planQueue({ ...look, now: parts.now(), groups, most: MOST_STARTS })
  const isOver = new Set(plan.release)
  await store.release(look.queued.filter(({ id }) => isOver.has(id)))
  await endUnstartable(parts, plan.unstartable)
  const groupOfId = new Map(look.queued.map(({ id, group }) => [id, group]))
  await begin(parts, plan.start, groupOfId)
  return plan.againInMs
}

async function begin(
  parts: JobParts,
  ids: readonly number[],
  groups: ReadonlyMap<number, string>,
): Promise<void> {
  if (ids.length === 0) return
  const store = parts.store()
  const now = parts.now()
  const queued = await store.getMany(ids)
  const starts = queued.map(({ id, attempt }) => {
    return { id, attempt, group: groups.get(id), startedMs: now.wallMs, now }
  })
  for (const job of await store.begin(starts)) {
    parts.runs.put(job)
    parts.track(launch(parts, job))
  }
}

async function endUnstartable(parts: JobParts, doomed: QueuePlan['unstartable']): Promise<void> {
  if (doomed.length === 0) return
  const store = parts.store()
  const endedMs = parts.now().wallMs
  const jobs = new Map(
    (await store.getMany(doomed.map(({ id }) => id))).map((job) => [job.id, job]),
  )
  const endings = doomed.flatMap(({ id, end }) => {
    const job = jobs.get(id)
    return job === undefined ? [] : [endingOfWaiting(job, end, endedMs)]
  })
  const ended = await store.end(endings)
  for (const { id } of ended) {
    const [job, end] = [jobs.get(id), doomed.find((each) => each.id === id)?.end]
    if (job !== undefined && end !== undefined) parts.emit(tellJobEnd(job, end, true))
  }
  parts.ended(ended.map(({ id }) => id))
}
