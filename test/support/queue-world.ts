import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ENDED_STATUSES, type EndedStatus } from '../../src/domain/job.ts'
import type { Groups } from '../../src/domain/job-groups.ts'
import {
  byUrgency,
  type Candidate,
  type Need,
  planQueue,
  type QueueFacts,
} from '../../src/domain/job-queue.ts'
import type { Wait } from '../../src/domain/job-wait.ts'
import { CREATED_MS, seen } from './jobs.ts'

export interface Planned {
  readonly group: string
  readonly priority: number
  readonly wait: Wait | null
  readonly after: readonly number[]
  readonly end: EndedStatus
  readonly takes: number
}

const NAMES = ['default', 'one', 'three', 'gone']

export const planned = fc.record<Planned>({
  group: fc.constantFrom(...NAMES),
  priority: fc.integer({ min: -2, max: 2 }),
  wait: fc.option(
    fc.oneof(
      fc.record({
        kind: fc.constant('delay' as const),
        ms: fc.nat(50),
        from: fc.constant(seen(0)),
      }),
      fc.record({
        kind: fc.constant('until' as const),
        atMs: fc.nat(50).map((ms) => CREATED_MS + ms),
      }),
    ),
    { nil: null },
  ),
  after: fc.array(fc.nat(20), { maxLength: 2 }),
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant('succeeded' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...ENDED_STATUSES),
    },
  ),
  takes: fc.integer({ min: 1, max: 12 }),
})

/** Lives through it turn by turn, looking again only when the plan says so or something ended. */
export class QueueWorld {
  readonly jobs: ReadonlyMap<number, Planned>
  readonly waiting = new Set<number>()
  readonly released = new Set<number>()
  readonly running = new Map<number, number>()
  readonly ended = new Map<number, EndedStatus>()
  now = 0

  constructor(list: readonly Planned[]) {
    this.jobs = new Map(list.map((job, index) => [index + 1, job]))
    for (const id of this.jobs.keys()) this.waiting.add(id)
  }

  job(id: number): Planned {
    const job = this.jobs.get(id)
    assert.ok(job)
    return job
  }

  needs(id: number): Need[] {
    const older = this.job(id).after.filter((need) => need >= 1 && need < id)
    return older.map((need) => ({ id: need, state: this.ended.get(need) ?? 'open' }))
  }

  facts(groups: Groups, most: number): QueueFacts {
    const taken = new Map<string, number>()
    for (const id of this.running.keys()) {
      const { group } = this.job(id)
      taken.set(group, (taken.get(group) ?? 0) + 1)
    }
    const list = [...this.waiting].map((id) => {
      const { group, priority, wait } = this.job(id)
      const left = this.released.has(id) ? null : wait
      return { id, group, priority, wait: left, needs: this.needs(id) }
    })
    return { now: seen(this.now), groups, taken, queued: list, most }
  }

  turn(groups: Groups, most: number): number | null {
    const facts = this.facts(groups, most)
    const { start, release, unstartable, againInMs } = planQueue(facts)
    for (const id of release) this.released.add(id)
    for (const { id } of unstartable) {
      assert.ok(this.needs(id).some(({ state }) => state !== 'succeeded'))
      this.finish(id, 'unstartable')
    }
    this.checkStarts(facts, start)
    for (const id of start) {
      this.waiting.delete(id)
      this.running.set(id, this.now + this.job(id).takes)
    }
    return againInMs
  }

  checkStarts(facts: QueueFacts, start: readonly number[]): void {
    const of = (id: number): Candidate | undefined => facts.queued.find((each) => each.id === id)
    for (const id of start) {
      assert.ok(
        this.needs(id).every(({ state }) => state === 'succeeded'),
        'a dependant too early',
      )
      const { wait } = this.job(id)
      if (wait !== null)
        assert.ok(this.now >= (wait.kind === 'delay' ? wait.ms : wait.atMs - CREATED_MS))
    }
    const candidates = start.flatMap((id) => of(id) ?? [])
    assert.deepEqual(candidates, candidates.toSorted(byUrgency))
  }

  checkSlots(groups: Groups): void {
    for (const [group, count] of this.facts(groups, 0).taken) {
      const { slots } = groups.get(group) ?? { slots: 1 }
      if (slots !== null) assert.ok(count <= slots, `${count} of ${group} run, ${slots} may`)
    }
  }

  finish(id: number, status: EndedStatus): void {
    this.running.delete(id)
    this.waiting.delete(id)
    this.ended.set(id, status)
  }

  /** To the next end, or the next wait that is over; false when nothing is left to happen. */
  advance(againInMs: number | null): boolean {
    const ends = [...this.running.values()]
    const next = Math.min(...ends, againInMs === null ? Infinity : this.now + againInMs)
    if (next === Infinity) return false
    this.now = next
    for (const [id, endsAt] of this.running) {
      if (endsAt <= this.now) this.finish(id, this.job(id).end)
    }
    return true
  }
}
