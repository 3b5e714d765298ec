import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actAs, addMany, claimAs, NOW_MS, owner } from '../support/tasks.ts'
import type { TaskEngine } from './task-contract.ts'

/** What every engine has to do for boards: whatever happens is told, once and only if it happens. */
export function describeTaskEvents(engine: TaskEngine): void {
  test(`${engine.name}: T4: each change is told with it, in order, and who did it`, async (t) => {
    const { tasks, told } = engine.open(t)
    const [a, b] = [owner('a'), owner('b', 'w1')]
    await addMany(tasks, 'l', 3)
    await claimAs(tasks, a, { list: 'l', id: 1 })
    await actAs(tasks, a, 'l', [1], { act: { do: 'done' } })
    await claimAs(tasks, b, { list: 'l', id: 2 })
    await actAs(tasks, a, 'l', [2], {
      act: { do: 'edit', edit: { priority: 1 }, leaseMs: 0, busyLimit: 0 },
    })
    await actAs(tasks, a, 'l', [2], { act: { do: 'release' }, force: true })
    await claimAs(tasks, b, { list: 'l', id: 2 })
    await tasks.freeOfWrapper('w1', 'its wrapper is gone', NOW_MS)
    await tasks.drop({ list: 'l', ids: [3], asker: { by: a, force: false }, nowMs: NOW_MS })
    await tasks.archiveBoard({ list: 'l', by: 'a', nowMs: NOW_MS })
    await tasks.resetBoard({ list: 'l', by: null, nowMs: NOW_MS })
    const changed = { type: 'task_changed', list: 'l', by: 'a' }
    const freed = { type: 'task_freed', list: 'l', id: 2, owner: 'b', why: 'its wrapper is gone' }
    assert.deepEqual(told, [
      { type: 'board_created', list: 'l', by: null },
      { type: 'task_added', list: 'l', first: 1, last: 3, by: null },
      { type: 'task_claimed', list: 'l', id: 1, by: 'a' },
      { ...changed, id: 1, what: 'done', fields: ['status'], forced: false },
      { type: 'task_claimed', list: 'l', id: 2, by: 'b' },
      { ...changed, id: 2, what: 'edit', fields: ['priority'], forced: false },
      { ...changed, id: 2, what: 'release', fields: ['status', 'owner'], forced: true },
      { type: 'task_claimed', list: 'l', id: 2, by: 'b' },
      freed,
      { type: 'task_dropped', list: 'l', id: 3, by: 'a', touched: [] },
      { type: 'board_archived', list: 'l', by: 'a' },
      { type: 'board_reset', list: 'l', count: 2, by: null },
    ])
  })

  test(`${engine.name}: T4: what is refused half way, was so already, or is asked twice tells nothing`, async (t) => {
    const { tasks, told } = engine.open(t)
    const a = owner('a')
    await addMany(tasks, 'l', 2)
    await claimAs(tasks, a, { list: 'l', id: 1, ticket: 'once' })
    const before = told.length
    assert.equal((await claimAs(tasks, a, { list: 'l', id: 1, ticket: 'once' })).kind, 'ok')
    const refused = await actAs(tasks, a, 'l', [1, 9], { act: { do: 'done' } })
    assert.equal(refused.ok, false)
    assert.equal(
      (await tasks.drop({ list: 'l', ids: [2, 9], asker: { by: a, force: false }, nowMs: NOW_MS }))
        .ok,
      false,
    )
    await actAs(tasks, a, 'l', [2], { act: { do: 'restore' } })
    await tasks.archiveBoard({ list: 'none', by: null, nowMs: NOW_MS })
    assert.deepEqual(told.slice(before), [])
    assert.equal((await tasks.get('l', [1, 2])).length, 2)
  })
}
