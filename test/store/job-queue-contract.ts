import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEnded, isUnstarted } from '../../src/domain/job.ts'
import { killedUnstarted } from '../../src/domain/job-end.ts'
import { groupOf, mergeGroups } from '../../src/domain/job-groups.ts'
import { newJob } from '../../src/domain/job-moves.ts'
import { type Candidate, planQueue } from '../../src/domain/job-queue.ts'
import type { JobQuery, JobStore } from '../../src/store/job-store.ts'
import {
  awake,
  beginning,
  CREATED_MS,
  draft,
  type DraftWishes,
  ending,
  FAILED,
  idsIn,
  seen,
} from '../support/jobs.ts'
import {
  type CheckJobs,
  idsOf,
  inOrder,
  type JobEngine,
  run,
  startable,
  submit,
} from './job-contract.ts'

/** What every engine has to do for jobs: lists, groups, dependencies, what leaves. */
export function describeJobQueues(engine: JobEngine): void {
  const check: CheckJobs = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).jobs))

  check('lists: newest first, before an id, and only what was asked for', async (jobs) => {
    const of = (n: number): DraftWishes => ({
      session: n % 2 === 0 ? 'even' : null,
      group: n % 3 === 0 ? 'thirds' : 'default',
    })
    await submit(jobs, ...Array.from({ length: 12 }, (_, index) => of(index + 1)))
    for (const id of [2, 3, 6]) await run(jobs, id)
    const list = (query: Omit<JobQuery, 'limit'>, limit = 100) => idsOf(jobs, { ...query, limit })
    assert.deepEqual(await list({}, 3), [12, 11, 10])
    assert.deepEqual(await list({ beforeId: 3 }), [2, 1])
    assert.deepEqual(await list({ session: 'even', beforeId: 9 }, 2), [8, 6])
    assert.deepEqual(await list({ group: 'thirds' }), [12, 9, 6, 3])
    assert.deepEqual(await list({ status: 'succeeded' }), [6, 3, 2])
    assert.deepEqual(await list({ status: 'succeeded', session: 'even' }), [6, 2])
    assert.deepEqual(await list({ status: 'queued', group: 'thirds' }), [12, 9])
    assert.deepEqual(await list({ session: 'even', group: 'thirds', status: 'succeeded' }), [6])
    assert.deepEqual(await list({ session: 'nobody' }), [])
    assert.deepEqual(inOrder((await jobs.getMany([5, 1, 99])).map(({ id }) => id)), [1, 5])
  })

  check(
    'J8: a group keeps its slots and its pause, and is not forgotten while somebody is in it',
    async (jobs) => {
      await jobs.setGroup('g', 3)
      await submit(jobs, { group: 'g' }, { group: 'g' }, { group: 'g' }, {})
      await jobs.begin([beginning(1), beginning(2), beginning(4)])
      await jobs.pause([2], awake(2_000))
      const stopped = await jobs.pauseGroup('g', awake(3_000))
      assert.deepEqual(idsIn(stopped), [1])
      await jobs.setGroup('g', 5)
      assert.deepEqual(await jobs.groups(), [{ name: 'g', slots: 5, paused: true }])
      assert.deepEqual((await jobs.groupCounts()).get('g'), { waiting: 1, active: 2 })
      assert.deepEqual(await jobs.removeGroup('g'), {
        removed: false,
        why: 'in use',
        count: { waiting: 1, active: 2 },
      })
      const resumed = await jobs.resumeGroup('g', awake(4_000))
      assert.deepEqual(idsIn(resumed), [1], 'not the one that was paused by hand')
      await jobs.end([ending(1), ending(2), ending(3, { of: 'waiting', end: killedUnstarted() })])
      assert.deepEqual(await jobs.removeGroup('g'), { removed: true })
      assert.deepEqual(await jobs.removeGroup('g'), { removed: false, why: 'unknown' })
      await jobs.pauseGroup('other', awake(0))
      await jobs.submit([draft(5, { group: 'other' })])
      assert.deepEqual(
        await jobs.begin([beginning(5)]),
        [],
        'whatever was planned before the pause',
      )
      await jobs.end([ending(5, { of: 'waiting', end: killedUnstarted() })])
      assert.deepEqual(await jobs.groups(), [{ name: 'other', slots: null, paused: true }])
    },
  )

  check('J8: what was edited after it was chosen is not begun in its old place', async (jobs) => {
    const wait = { kind: 'until', atMs: CREATED_MS } as const
    await submit(jobs, {}, {}, { wait })
    await jobs.edit(1, { group: 'full' })
    await jobs.edit(2, { wait: { ...wait, atMs: CREATED_MS + 60_000 } })
    await jobs.edit(3, { wait: { ...wait, atMs: CREATED_MS + 60_000 } })
    await jobs.release([{ id: 3, wait }])
    const chosen = [1, 2, 3].map((id) => beginning(id, { group: 'default' }))
    assert.deepEqual(await jobs.begin(chosen), [])
    assert.deepEqual(idsIn(await jobs.begin([beginning(1, { group: 'full' })])), [1])
  })

  check('J9: only what has ended is acknowledged, once, and only that is removed', async (jobs) => {
    await submit(jobs, { session: 's' }, { session: 's' }, {}, { session: 's' })
    await run(jobs, 1)
    await run(jobs, 2)
    await run(jobs, 3)
    await jobs.begin([beginning(4)])
    assert.deepEqual(await jobs.acknowledge([1, 3, 4, 77], CREATED_MS + 9_000), [1])
    assert.deepEqual(await jobs.acknowledge([1], CREATED_MS + 10_000), [])
    const { kept, oldest } = await jobs.leavers(10)
    assert.deepEqual(kept, { jobs: 3, bytes: 300 })
    assert.deepEqual(oldest, [
      { id: 3, acknowledgedMs: CREATED_MS + 2_000, bytes: 100 },
      { id: 1, acknowledgedMs: CREATED_MS + 9_000, bytes: 100 },
    ])
    assert.deepEqual(idsIn((await jobs.leavers(1)).oldest), [3])
    assert.deepEqual(await jobs.remove([1, 4, 77]), [1])
    assert.deepEqual(await idsOf(jobs), [4, 3, 2])
    assert.deepEqual((await jobs.leavers(9)).kept, { jobs: 2, bytes: 200 })
  })

  check(
    'J8: whoever comes after others waits for all of them, whether they ended before or since',
    async (jobs) => {
      await submit(jobs, {}, {}, {})
      await run(jobs, 1)
      await jobs.submit([draft(4, { after: [1] }), draft(5, { after: [1, 2, 3, 2] })])
      assert.deepEqual(await startable(jobs), [2, 3, 4])
      await run(jobs, 3)
      assert.deepEqual(await startable(jobs), [2, 4])
      await run(jobs, 2)
      assert.deepEqual(await startable(jobs), [4, 5])
      await jobs.remove([1, 2, 3])
      assert.deepEqual(await startable(jobs), [4, 5], 'also when they are forgotten')
    },
  )

  check(
    'J8: whoever comes after a failure is told by whose, held or not, and so is everybody in line behind it',
    async (jobs) => {
      const line = Array.from({ length: 500 }, (_, index) => ({ after: [index + 3] }))
      await submit(jobs, {}, {}, { after: [1, 2] }, ...line, { after: [2] })
      await jobs.pause([3], awake(0))
      await run(jobs, 1, { end: FAILED })
      const found = await doomed(jobs)
      assert.deepEqual(found.slice(0, 2), [
        [3, 1, 'failed'],
        [4, 3, 'open'],
      ])
      assert.deepEqual(await jobs.begin([beginning(3), beginning(4)]), [])
      const { queued } = await jobs.queue({ groups: new Map(), most: 9 })
      const plan = planQueue({ ...FACTS, queued })
      assert.equal(plan.unstartable.length, 501)
      await jobs.end(plan.unstartable.map(({ id, end }) => ending(id, { of: 'waiting', end })))
      assert.deepEqual(await doomed(jobs), [])
      await run(jobs, 2)
      assert.deepEqual(await startable(jobs), [504])
    },
  )

  check('J8: a failure that is tried again dooms nobody yet', async (jobs) => {
    await submit(jobs, { retries: 1 }, { after: [1] })
    const again = { kind: 'delay', ms: 5, from: seen(0) } as const
    await run(jobs, 1, { end: FAILED, again })
    assert.deepEqual(await doomed(jobs), [])
    assert.deepEqual(await startable(jobs), [1], 'nor lets them start')
  })

  check('J10: what is put back in comes after whom it came after, as those stand', async (jobs) => {
    const links = { unmet: 0, doomedBy: null }
    await submit(jobs, {}, {})
    await run(jobs, 1)
    await run(jobs, 2, { end: FAILED })
    await jobs.restore([
      newJob(draft(9, { after: [8] }), links),
      newJob(draft(8, { after: [1] }), links),
      newJob(draft(7, { after: [2] }), links),
      newJob(draft(6, { after: [5] }), links),
    ])
    assert.deepEqual(await startable(jobs), [8])
    assert.deepEqual(await doomed(jobs), [
      [6, 5, 'unknown'],
      [7, 2, 'failed'],
    ])
    assert.equal(await jobs.reserveIds(1), 10)
  })

  check(
    'J10: what is put in over a record replaces it, and those that came after it hear of it',
    async (jobs) => {
      await submit(jobs, {}, { after: [1] })
      const [first] = await jobs.getMany([1])
      assert.ok(first !== undefined)
      await run(jobs, 1)
      await jobs.restore([first])
      assert.equal((await jobs.get(1))?.status, 'queued')
      assert.deepEqual(await startable(jobs), [1])
      assert.deepEqual([...(await jobs.counts())], [['queued', 2]])
    },
  )

  test(`${engine.name}: J8: whatever happens, the queue shows enough for the same plan as if all were looked at`, async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { jobs } = engine.open(t)
        for (const step of steps) await takeStep(jobs, step)
      }),
      { numRuns: 20 },
    )
  })
}

const GROUPS = mergeGroups({ one: { slots: 1 }, two: { slots: 2 } }, [])
const FACTS = { now: seen(0), groups: GROUPS, taken: new Map<string, number>(), most: 100 }

const anyStep = fc.record({
  do: fc.constantFrom('submit', 'submit', 'submit', 'turn', 'turn', 'end', 'pause', 'resume'),
  group: fc.constantFrom('default', 'one', 'two', 'forgotten'),
  priority: fc.integer({ min: -1, max: 1 }),
  after: fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 2 }),
  waitMs: fc.option(fc.nat(20), { nil: null }),
  pick: fc.nat(15),
  fails: fc.boolean(),
  nowMs: fc.nat(20),
  most: fc.integer({ min: 1, max: 4 }),
})

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

async function takeStep(jobs: JobStore, step: Step): Promise<void> {
  const { pick } = step
  if (step.do === 'submit') await submitOne(jobs, step)
  else if (step.do === 'pause') await jobs.pause([pick], awake(0))
  else if (step.do === 'resume') await jobs.resume([pick], awake(0))
  else if (step.do === 'turn') await turn(jobs, step)
  else {
    const active = await jobs.active()
    const job = active[pick % Math.max(1, active.length)]
    if (job === undefined) return
    await jobs.end([ending(job.id, step.fails ? { end: FAILED } : {})])
  }
}

async function submitOne(jobs: JobStore, { group, priority, after, waitMs }: Step): Promise<void> {
  const id = await jobs.reserveIds(1)
  const older = after.filter((need) => need < id)
  const wait = waitMs === null ? null : ({ kind: 'delay', ms: waitMs, from: seen(0) } as const)
  await jobs.submit([draft(id, { group, priority, after: older, wait })])
}

/** What the daemon does: look, plan, keep. Compares the plan with one made of everything there is. */
async function turn(jobs: JobStore, { nowMs, most }: Step): Promise<void> {
  const look = await jobs.queue({ groups: GROUPS, most })
  const facts = { ...FACTS, now: seen(nowMs), most }
  const plan = planQueue({ ...facts, ...look })
  const all = planQueue({ ...facts, taken: look.taken, queued: await everyCandidate(jobs) })
  assert.deepEqual(plan.start, all.start)
  assert.deepEqual(inOrder(plan.release), inOrder(all.release))
  const seenNow = new Set(plan.unstartable.map(({ id }) => id))
  assert.ok(all.unstartable.every(({ id }) => seenNow.has(id)))
  if (all.againInMs !== null) assert.ok(plan.againInMs !== null && plan.againInMs <= all.againInMs)
  await jobs.end(plan.unstartable.map(({ id, end }) => ending(id, { of: 'waiting', end })))
  await jobs.release(look.queued.filter(({ id }) => plan.release.includes(id)))
  const begun = await jobs.begin(plan.start.map((id) => beginning(id)))
  assert.deepEqual(idsIn(begun), plan.start)
  const { taken } = await jobs.queue({ groups: GROUPS, most })
  for (const [group, count] of taken) {
    assert.ok(count <= (groupOf(GROUPS, group).slots ?? Infinity), `${count} in ${group}`)
  }
}

async function everyCandidate(jobs: JobStore): Promise<Candidate[]> {
  const all = await jobs.list({ limit: 1_000 })
  const states = new Map(all.map((job) => [job.id, isEnded(job) ? job.status : ('open' as const)]))
  return all
    .filter(isUnstarted)
    .filter((job) => job.status === 'queued' || job.doomedBy !== null)
    .map(({ id, spec, wait }) => ({
      id,
      group: spec.group,
      priority: spec.priority,
      wait,
      needs: spec.after.map((need) => ({ id: need, state: states.get(need) ?? 'unknown' })),
    }))
}

async function doomed(
  jobs: JobStore,
): Promise<(readonly [number, number | undefined, string | undefined])[]> {
  const { queued } = await jobs.queue({ groups: GROUPS, most: 9 })
  return queued
    .filter(({ needs }) => needs.length > 0)
    .map(({ id, needs }) => [id, needs[0]?.id, needs[0]?.state] as const)
    .toSorted(([a], [b]) => a - b)
}
