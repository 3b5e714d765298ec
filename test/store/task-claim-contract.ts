import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActOutcome } from '../../src/store/task-store.ts'
import { actAs, add, addMany, claimAs, itemRef, LEASE_MS, NOW_MS, owner } from '../support/tasks.ts'
import { range } from './contract.ts'
import { type CheckTasks, editing, idsIn, type TaskEngine } from './task-contract.ts'

const [a, b] = [owner('a'), owner('b')]

/** What every engine has to do for boards: claims, leases, and what owners may do. */
export function describeTaskClaims(engine: TaskEngine): void {
  const check: CheckTasks = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).tasks))

  check('T3: a claim says what came of it, and why', async (tasks) => {
    await add(tasks, 'l', [{}, { blockedBy: [itemRef(0)] }, {}, { owner: 'b' }, {}])
    const claim = (by: typeof a, id: number, busyLimit = 0) =>
      claimAs(tasks, by, { list: 'l', id, busyLimit })
    assert.partialDeepStrictEqual(await claim(a, 1), {
      kind: 'ok',
      task: { id: 1, status: 'in_progress', owner: a, leaseLeftMs: LEASE_MS, version: 2 },
    })
    assert.partialDeepStrictEqual(await claim(b, 1), { kind: 'already_owned', by: a })
    assert.partialDeepStrictEqual(await claim(a, 1, 1), { kind: 'ok' }, 'it is theirs already')
    assert.partialDeepStrictEqual(await claim(owner('a', 'w'), 1), { kind: 'already_owned' })
    assert.partialDeepStrictEqual(await claim(b, 2), { kind: 'blocked', by: [1] })
    assert.partialDeepStrictEqual(await claim(a, 4), { kind: 'already_owned', by: b })
    assert.deepEqual(await claim(a, 3, 1), { kind: 'busy', by: [{ list: 'l', id: 1 }] })
    assert.partialDeepStrictEqual(await claim(owner('b', 'w'), 4), { kind: 'ok' }, 'by name')
    assert.deepEqual(await claim(a, 77), { kind: 'not_found' })
    assert.deepEqual(await claimAs(tasks, a, { list: 'none' }), { kind: 'not_found' })
    await actAs(tasks, a, 'l', [1], { act: { do: 'done' } })
    assert.partialDeepStrictEqual(await claim(b, 1), { kind: 'already_completed' })
    assert.partialDeepStrictEqual(await claim(b, 2), { kind: 'ok' })
    await actAs(tasks, b, 'l', [5], { act: { do: 'archive' } })
    assert.deepEqual(await claim(b, 5), { kind: 'not_found' })
  })

  check('T3: any means the first that is ready, by priority, then age', async (tasks) => {
    const internal = { metadata: { _internal: true }, priority: 99 }
    await add(tasks, 'l', [
      { priority: 1 },
      { priority: 5 },
      { priority: 5 },
      { priority: 9, blockedBy: [itemRef(1)] },
      { priority: 7, owner: 'b' },
      { priority: 2, owner: 'a' },
      internal,
    ])
    const order: unknown[] = []
    for (;;) {
      const claimed = await claimAs(tasks, a, { list: 'l' })
      if (claimed.kind !== 'ok') {
        assert.deepEqual(claimed, { kind: 'blocked', by: [2] })
        break
      }
      order.push(claimed.task.id)
    }
    assert.deepEqual(order, [2, 3, 6, 1])
    await actAs(tasks, a, 'l', [2], { act: { do: 'done' } })
    assert.partialDeepStrictEqual(await claimAs(tasks, a, { list: 'l', busyLimit: 3 }), {
      kind: 'busy',
    })
    assert.partialDeepStrictEqual(await claimAs(tasks, a, { list: 'l' }), { task: { id: 4 } })
    assert.deepEqual(await claimAs(tasks, a, { list: 'l' }), { kind: 'not_found' })
  })

  check('T3: who holds as many as they may takes no other, by an edit either', async (tasks) => {
    await addMany(tasks, 'l', 202)
    const begin = { act: editing({ status: 'in_progress' }, 2) }
    assert.equal((await actAs(tasks, a, 'l', [1, 2], begin)).ok, true)
    assert.match(
      refusalIn(await actAs(tasks, a, 'l', [3], begin)),
      /^"a" holds as many as `board.busyLimit` allows: 1 of "l", 2 of "l"$/,
    )
    assert.equal((await actAs(tasks, a, 'l', [1], begin)).ok, true, 'it is theirs already')
    assert.equal((await actAs(tasks, b, 'l', [3, 4, 5], begin)).ok, false, 'all or none')
    const many = { act: editing({ status: 'in_progress' }) }
    await actAs(tasks, b, 'l', range(3, 202), many)
    await addMany(tasks, 'l', 1)
    const busy = await claimAs(tasks, b, { list: 'l', busyLimit: 200 })
    assert.ok(busy.kind === 'busy' && busy.by.length === 100, 'a hundred of them are named')
  })

  check('T3: who asks again with the same ticket gets the same task', async (tasks) => {
    await addMany(tasks, 'l', 3)
    const ask = { list: 'l', ticket: 'x' }
    assert.partialDeepStrictEqual(await claimAs(tasks, a, ask), { task: { id: 1 } })
    assert.partialDeepStrictEqual(await claimAs(tasks, a, ask), { task: { id: 1 } })
    assert.partialDeepStrictEqual(await claimAs(tasks, b, ask), { task: { id: 2 } })
  })

  test(`${engine.name}: T3: a lease is over when its time has passed, and no sooner`, async (t) => {
    const { tasks, reopen } = engine.open(t)
    await addMany(tasks, 'l', 3)
    assert.equal(await tasks.nextLeaseMs(), null)
    await claimAs(tasks, a, { list: 'l', leaseMs: 10_000 })
    tasks.passTime(4_000)
    await claimAs(tasks, b, { list: 'l', leaseMs: 10_000 })
    await claimAs(tasks, b, { list: 'l', leaseMs: 0 })
    assert.equal(await tasks.nextLeaseMs(), 6_000)
    tasks.passTime(5_999)
    assert.deepEqual(await tasks.freeExpired(NOW_MS), [])
    await tasks.keepTime()
    const again = reopen()
    assert.equal(await again.nextLeaseMs(), 1, 'what was kept has passed')
    again.passTime(1)
    assert.partialDeepStrictEqual(await again.freeExpired(NOW_MS), [{ id: 1, owner: a }])
    assert.partialDeepStrictEqual(await again.get('l', [1]), [
      { status: 'pending', owner: null, leaseLeftMs: null },
    ])
    await actAs(again, b, 'l', [2], { act: { do: 'renew', leaseMs: 50_000 } })
    assert.equal(await again.nextLeaseMs(), 50_000)
    again.passTime(-5)
    again.passTime(1e9)
    assert.equal((await again.freeExpired(NOW_MS)).length, 1, 'one has no lease')
    assert.equal(await again.nextLeaseMs(), null)
  })

  check('T3: what was held in a wrapper is free when that is gone', async (tasks) => {
    await addMany(tasks, 'l', 3)
    await claimAs(tasks, owner('a', 'w1'), { list: 'l' })
    await claimAs(tasks, owner('a', 'w2'), { list: 'l' })
    await claimAs(tasks, a, { list: 'l' })
    assert.deepEqual((await tasks.wrappers()).toSorted(), ['w1', 'w2'])
    assert.partialDeepStrictEqual(await tasks.freeOfWrapper('w1', 'gone', NOW_MS), [
      { id: 1, owner: owner('a', 'w1') },
    ])
    assert.deepEqual(await tasks.freeOfWrapper('w1', 'gone', NOW_MS), [])
    assert.deepEqual(await idsIn(tasks, 'l', { ready: true }), [1])
  })

  check('T4: only the owner finishes or releases, unless by force', async (tasks) => {
    await addMany(tasks, 'l', 2)
    await claimAs(tasks, a, { list: 'l', id: 1 })
    for (const what of ['done', 'release', 'cancel'] as const) {
      const outcome = await actAs(tasks, b, 'l', [1], { act: { do: what } })
      assert.match(refusalIn(outcome), /task 1 belongs to "a"/)
    }
    assert.match(refusalIn(await actAs(tasks, b, 'l', [2], { act: { do: 'done' } })), /nobody/)
    const forced = await actAs(tasks, b, 'l', [1], { act: { do: 'release' }, force: true })
    assert.partialDeepStrictEqual(forced, { ok: true, done: [{ task: { owner: null } }] })
  })

  check('T4: what is blocked cannot be completed, and all or none are', async (tasks) => {
    await add(tasks, 'l', [{}, { blockedBy: [itemRef(0)] }, {}])
    const done = { act: { do: 'done' }, force: true } as const
    assert.match(refusalIn(await actAs(tasks, a, 'l', [3, 2], done)), /task 2 waits for 1$/)
    assert.deepEqual(await idsIn(tasks, 'l', { status: 'completed' }), [])
    const inOrder = await actAs(tasks, a, 'l', [1, 2], done)
    assert.partialDeepStrictEqual(inOrder, { ok: true, done: [{ fields: ['status'] }, {}] })
    assert.partialDeepStrictEqual(await actAs(tasks, b, 'l', [1], done), {
      ok: true,
      done: [{ fields: [] }],
    })
    const versions = new Map([[3, 9]])
    assert.deepEqual(await actAs(tasks, a, 'l', [3], { ...done, versions }), {
      ok: false,
      why: 'moved on',
    })
  })

  check('T5: an edit tells which fields are really different', async (tasks) => {
    await addMany(tasks, 'l', 2)
    const edit = (change: object) => actAs(tasks, a, 'l', [1], { act: editing(change) })
    const fieldsOf = async (change: object) => {
      const outcome = await edit(change)
      assert.ok(outcome.ok, JSON.stringify(outcome))
      return outcome.done[0]?.fields
    }
    assert.deepEqual(await fieldsOf({ subject: 'task 0', priority: 0 }), [])
    assert.deepEqual(await fieldsOf({ subject: 'x', priority: 0, metadata: { k: 1 } }), [
      'subject',
      'metadata',
    ])
    const proto = JSON.parse('{"__proto__": {"x": 1}, "k": null, "j": [1]}')
    assert.deepEqual(await fieldsOf({ metadata: proto, blocks: [2] }), ['metadata', 'blocks'])
    const [task] = await tasks.get('l', [1])
    assert.equal(JSON.stringify(task?.metadata), '{"__proto__":{"x":1},"j":[1]}')
    assert.equal(task?.version, 3)
    assert.match(refusalIn(await edit({ version: 2, subject: 'y' })), /at version 3, not 2/)
    assert.deepEqual(await fieldsOf({ version: 3, subject: 'y' }), ['subject'])
    const two = await actAs(tasks, a, 'l', [2], { act: editing({ unblock: [1] }) })
    assert.partialDeepStrictEqual(two, { ok: true, done: [{ fields: ['blocked_by'] }] })
  })

  check('all verbs at once: one winner each, nothing is half done', async (tasks) => {
    await addMany(tasks, 'l', 60)
    const winners = await Promise.all(
      Array.from({ length: 100 }, (_, at) => claimAs(tasks, owner(`w${at}`), { list: 'l' })),
    )
    const ids = winners.flatMap((each) => (each.kind === 'ok' ? [each.task.id] : []))
    assert.equal(new Set(ids).size, 60)
    assert.equal(ids.length, 60)
  })
}

function refusalIn(outcome: ActOutcome): string {
  assert.ok(!outcome.ok && outcome.why === 'refused', JSON.stringify(outcome))
  return outcome.problem.message
}
