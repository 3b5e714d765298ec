import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ENDED_STATUSES } from '../../src/domain/job.ts'
import { mergeGroups } from '../../src/domain/job-groups.ts'
import {
  byUrgency,
  type Candidate,
  type Need,
  planQueue,
  type QueueFacts,
} from '../../src/domain/job-queue.ts'
import type { Wait } from '../../src/domain/job-wait.ts'
import { BOOT, CREATED_MS, seen } from '../support/jobs.ts'
import { planned, QueueWorld } from '../support/queue-world.ts'

const groups = mergeGroups({ one: { slots: 1 }, three: { slots: 3 } }, [
  { name: 'closed', slots: 5, paused: true },
])

const queued = (id: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  group: 'default',
  priority: 0,
  wait: null,
  needs: [],
  ...more,
})

const plan = (list: readonly Candidate[], more: Partial<QueueFacts> = {}) =>
  planQueue({ now: seen(0), groups, taken: new Map(), queued: list, most: 1_000, ...more })

const delay = (ms: number, fromMs = 0): Wait => ({ kind: 'delay', ms, from: seen(fromMs) })

test('J8: with no limit set, what is queued starts at once, the oldest first', () => {
  const { start, againInMs } = plan([queued(3), queued(1), queued(2)])
  assert.deepEqual([start, againInMs], [[1, 2, 3], null])
})

test('J8: a group fills its slots and no more, by priority and then by age', () => {
  const list = [
    queued(1, { group: 'three' }),
    queued(2, { group: 'three', priority: -1 }),
    queued(3, { group: 'three', priority: 5 }),
    queued(4, { group: 'three' }),
    queued(5, { group: 'one' }),
    queued(6, { group: 'one' }),
  ]
  assert.deepEqual(plan(list).start, [3, 1, 4, 5])
  assert.deepEqual(plan(list, { taken: new Map([['three', 2]]) }).start, [3, 5])
  assert.deepEqual(plan(list, { taken: new Map([['three', 9]]) }).start, [5])
})

test('J8: a paused group starts nothing, and one that nobody knows any more one at a time', () => {
  assert.deepEqual(plan([queued(1, { group: 'closed' })]).start, [])
  const forgotten = [queued(1, { group: 'gone' }), queued(2, { group: 'gone' })]
  assert.deepEqual(plan(forgotten).start, [1])
  assert.deepEqual(plan(forgotten, { taken: new Map([['gone', 1]]) }).start, [])
})

test('J8: a delay and a date hold a job back, and the plan says when to look again', () => {
  const list = [
    queued(1, { wait: delay(5_000) }),
    queued(2, { wait: { kind: 'until', atMs: CREATED_MS + 3_000 } }),
  ]
  assert.deepEqual(plan(list), { start: [], release: [], unstartable: [], againInMs: 3_000 })
  const later = plan(list, { now: seen(3_000) })
  assert.deepEqual([later.start, later.release, later.againInMs], [[2], [2], 0])
  assert.equal(plan(list.slice(0, 1), { now: seen(3_000) }).againInMs, 2_000)
  assert.deepEqual(plan(list, { now: seen(5_000) }).start, [1, 2])
})

test('J8: what has waited enough is released although its group has no slot', () => {
  const list = [queued(1, { group: 'one', wait: delay(10) })]
  const { start, release } = plan(list, { now: seen(10), taken: new Map([['one', 1]]) })
  assert.deepEqual([start, release], [[], [1]])
})

test('J8: whoever comes after an open one waits, after one that succeeded starts', () => {
  const after = (state: Need['state']): Candidate => queued(2, { needs: [{ id: 1, state }] })
  assert.deepEqual(plan([after('open')]).start, [])
  assert.deepEqual(plan([after('succeeded')]).start, [2])
})

for (const state of [
  ...ENDED_STATUSES.filter((each) => each !== 'succeeded'),
  'unknown',
] as const) {
  test(`J8: after one that is ${state} a job is unstartable, and so is whoever comes after that; both say why`, () => {
    const { start, unstartable } = plan([
      queued(9, { needs: [{ id: 5, state: 'open' }] }),
      queued(5, {
        needs: [
          { id: 3, state },
          { id: 2, state: 'succeeded' },
        ],
      }),
    ])
    assert.deepEqual(start, [])
    assert.deepEqual(
      unstartable.map(({ id }) => id),
      [5, 9],
    )
    assert.match(unstartable[0]?.end.reason ?? '', /\bjob 3\b/)
    assert.match(unstartable[1]?.end.reason ?? '', /\bjob 5\b.*unstartable/)
  })
}

test('J8: no job comes after itself or a later one', () => {
  for (const id of [5, 6]) {
    const { unstartable } = plan([queued(5, { needs: [{ id, state: 'open' }] })])
    assert.match(unstartable[0]?.end.reason ?? '', /not older/)
  }
})

test('what cannot all be started in one go is started in several', () => {
  const list = [1, 2, 3, 4, 5].map((id) => queued(id))
  const { start, againInMs } = plan(list, { most: 2 })
  assert.deepEqual([start, againInMs], [[1, 2], 0])
  assert.deepEqual(plan(list.slice(0, 2), { most: 2 }).againInMs, null)
})

test('J8: whatever is submitted: slots are never exceeded, all that can start does, dependants of failures never', () => {
  fc.assert(
    fc.property(
      fc.array(planned, { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      (list, most) => {
        const world = new QueueWorld(list)
        for (let turns = 0; turns < 1_000; turns++) {
          const againInMs = world.turn(groups, most)
          world.checkSlots(groups)
          if (!world.advance(againInMs)) break
        }
        assert.deepEqual([...world.waiting], [], 'all have ended')
        for (const [id, status] of world.ended) {
          const failed = world.needs(id).some(({ state }) => state !== 'succeeded')
          assert.equal(status === 'unstartable' && failed, failed, `job ${id} after a failure`)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('J8: of two that could both start, the less urgent never does while the other does not', () => {
  fc.assert(
    fc.property(fc.array(planned, { maxLength: 20 }), fc.nat(60), (list, now) => {
      const world = new QueueWorld(list)
      world.now = now
      const facts = world.facts(groups, 1_000)
      const { start, release, unstartable } = planQueue(facts)
      const never = new Set(unstartable.map(({ id }) => id))
      const started = new Set(start)
      const able = facts.queued.filter(
        ({ id, wait, needs }) =>
          !never.has(id) && needs.length === 0 && (wait === null || release.includes(id)),
      )
      for (const left of able.filter(({ id }) => !started.has(id))) {
        for (const gone of able.filter(
          ({ id, group }) => started.has(id) && group === left.group,
        )) {
          assert.ok(byUrgency(gone, left) < 0)
        }
      }
    }),
  )
})

test('J8: the same facts in any order give the same plan, and asking twice starts nothing twice', () => {
  fc.assert(
    fc.property(fc.array(planned, { maxLength: 15 }), fc.nat(60), (list, now) => {
      const world = new QueueWorld(list)
      world.now = now
      const facts = world.facts(groups, 4)
      const once = planQueue(facts)
      assert.deepEqual(planQueue({ ...facts, queued: facts.queued.toReversed() }).start, once.start)
      world.turn(groups, 1_000)
      const again = planQueue(world.facts(groups, 1_000))
      assert.deepEqual(
        again.start.filter((id) => once.start.includes(id)),
        [],
      )
    }),
  )
})

test('a delay is told from a date by the boot it was asked in', () => {
  const wait: Wait = {
    kind: 'delay',
    ms: 100,
    from: { bootMs: 50, wallMs: CREATED_MS, bootId: BOOT },
  }
  assert.equal(plan([queued(1, { wait })], { now: seen(149) }).againInMs, 1)
})
