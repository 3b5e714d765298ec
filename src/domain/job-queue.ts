import type { Seen } from './elapsed.ts'
import type { EndedStatus, JobEnd } from './job.ts'
import { unstartable } from './job-end.ts'
import { groupOf, type Groups } from './job-groups.ts'
import { type Wait, waitLeft } from './job-wait.ts'

/** A queued job, as far as the queue is concerned. */
export interface Candidate {
  readonly id: number
  readonly group: string
  readonly priority: number
  readonly wait: Wait | null
  /** The jobs it comes after. */
  readonly needs: readonly Need[]
}

export interface Need {
  readonly id: number
  /** `open` has not ended yet, `unknown` is not on record. */
  readonly state: 'open' | 'unknown' | EndedStatus
}

export interface QueueFacts {
  readonly now: Seen
  readonly groups: Groups
  /** How many slots of each group are taken: by what starts, runs, is paused while running, or is being ended. */
  readonly taken: ReadonlyMap<string, number>
  readonly queued: readonly Candidate[]
  /** How many may be started in one go. */
  readonly most: number
}

export interface QueuePlan {
  /** To be started now, the most urgent first. */
  readonly start: readonly number[]
  /** What waited for its time and has waited enough. */
  readonly release: readonly number[]
  /** What can never be started, because of what it comes after. */
  readonly unstartable: readonly { readonly id: number; readonly end: JobEnd }[]
  /** When to look again: 0 when this plan changes what can be seen, null when only an end or a word can. */
  readonly againInMs: number | null
}

/** Who of the queued may start now: whose time has come, in order of priority and age, as far as there are slots. */
export function planQueue(facts: QueueFacts): QueuePlan {
  const doomed = findDoomed(facts.queued)
  const able = facts.queued.filter(
    ({ id, needs }) => !doomed.has(id) && needs.every(({ state }) => state === 'succeeded'),
  )
  const timed = able.flatMap(({ id, wait }) =>
    wait === null ? [] : [{ id, leftMs: waitLeft(wait, facts.now) }],
  )
  const tooEarly = new Set(timed.flatMap(({ id, leftMs }) => (leftMs > 0 ? [id] : [])))
  const { start, isCut } = take(
    facts,
    able.filter(({ id }) => !tooEarly.has(id)),
  )
  const release = timed.flatMap(({ id, leftMs }) => (leftMs > 0 ? [] : [id]))
  const unstartable = [...doomed].map(([id, end]) => ({ id, end }))
  const showsMore = isCut || release.length > 0 || doomed.size > 0
  return { start, release, unstartable, againInMs: showsMore ? 0 : nextOf(timed) }
}

/** Higher priorities first, and of the same one the older. */
export function byUrgency(a: Candidate, b: Candidate): number {
  return b.priority - a.priority || a.id - b.id
}

/** In the order of the ids, so that whoever comes after a doomed one is met after it. */
function findDoomed(queued: readonly Candidate[]): Map<number, JobEnd> {
  const doomed = new Map<number, JobEnd>()
  for (const { id, needs } of queued.toSorted((a, b) => a.id - b.id)) {
    const why = needs.map((need) => whyNever(need, id, doomed)).find((each) => each !== undefined)
    if (why !== undefined) doomed.set(id, unstartable(why))
  }
  return doomed
}

function whyNever(
  { id, state }: Need,
  ofJob: number,
  doomed: ReadonlyMap<number, JobEnd>,
): string | undefined {
  if (id >= ofJob) return `it comes after job ${id}, which is not older than itself`
  if (state === 'unknown') return `it comes after job ${id}, which is not on record`
  if (state === 'open') return doomed.has(id) ? sayDoom(id, 'unstartable') : undefined
  return state === 'succeeded' ? undefined : sayDoom(id, state)
}

/** Why a job cannot be started after another that ended like this. */
function sayDoom(id: number, status: EndedStatus): string {
  return `it comes after job ${id}, which ended as ${status}`
}

function nextOf(timed: readonly { readonly leftMs: number }[]): number | null {
  return timed.length === 0 ? null : Math.min(...timed.map(({ leftMs }) => leftMs))
}

function take(
  { groups, taken, most }: QueueFacts,
  ready: readonly Candidate[],
): { start: number[]; isCut: boolean } {
  const left = new Map<string, number>()
  const start: number[] = []
  for (const { id, group } of ready.toSorted(byUrgency)) {
    const { slots, paused } = groupOf(groups, group)
    const free = left.get(group) ?? (slots ?? Infinity) - (taken.get(group) ?? 0)
    if (paused || free <= 0) continue
    if (start.length === most) return { start, isCut: true }
    left.set(group, free - 1)
    start.push(id)
  }
  return { start, isCut: false }
}
