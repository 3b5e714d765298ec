import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventBody } from '../../src/domain/event.ts'
import type { TaskStore } from '../../src/store/task-store.ts'
import type { Cleaning } from '../support/cleaning.ts'
import {
  actAs,
  add,
  addMany,
  claimAs,
  idRef,
  itemRef,
  NOW_MS,
  owner,
  taskDraft,
} from '../support/tasks.ts'
import { range } from './contract.ts'

export interface TaskEngine {
  readonly name: string
  /** Boards of a store of their own; `reopen` closes it and opens the same one anew. */
  open(t: Cleaning): { tasks: TaskStore; told: readonly EventBody[]; reopen(): TaskStore }
}

export type CheckTasks = (what: string, fn: (tasks: TaskStore) => Promise<void>) => void

const STRANGE = ['../x', 'a/b', 'a_b', '__proto__', 'constructor', '', ' ', '🏠'.repeat(2_560), "'"]

/** What every engine has to do for boards: making tasks, and how they refer to each other. */
export function describeTasks(engine: TaskEngine): void {
  const check: CheckTasks = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).tasks))

  check('T1: a batch gets ids in a row, each list its own', async (tasks) => {
    assert.partialDeepStrictEqual(await addMany(tasks, 'a', 3), { first: 1, last: 3 })
    assert.partialDeepStrictEqual(await addMany(tasks, 'b', 2), { first: 1 })
    assert.partialDeepStrictEqual(await addMany(tasks, 'a', 2), { first: 4 })
    assert.deepEqual(await idsIn(tasks, 'a'), [5, 4, 3, 2, 1])
    const [first] = await tasks.get('a', [1])
    assert.partialDeepStrictEqual(first, { status: 'pending', version: 1, owner: null, unmet: 0 })
  })

  test(`${engine.name}: T1: an id is never used again: not after drop, reset, or opening anew`, async (t) => {
    const { tasks, reopen } = engine.open(t)
    await addMany(tasks, 'l', 3)
    await tasks.drop({ list: 'l', ids: [3], asker: asker('a'), nowMs: NOW_MS })
    assert.partialDeepStrictEqual(await addMany(tasks, 'l', 1), { first: 4 })
    assert.equal(await tasks.resetBoard({ list: 'l', by: null, nowMs: NOW_MS }), 3)
    assert.partialDeepStrictEqual(await addMany(tasks, 'l', 1), { first: 5 })
    await tasks.resetBoard({ list: 'l', by: null, nowMs: NOW_MS })
    const again = reopen()
    assert.partialDeepStrictEqual(await addMany(again, 'l', 1), { first: 6 })
    await again.raiseIdFloors(
      new Map([
        ['l', 90],
        ['m', 4],
      ]),
    )
    await again.raiseIdFloors(new Map([['l', 7]]))
    assert.partialDeepStrictEqual(await addMany(again, 'l', 1), { first: 91 })
    assert.partialDeepStrictEqual(await addMany(again, 'm', 1), { first: 5 })
  })

  check('T1: what cannot be made whole is not made at all', async (tasks) => {
    await addMany(tasks, 'l', 1)
    const refused = [
      [[{}, { blockedBy: [idRef(1), idRef(77)] }], { why: 'unknown', at: 1, ids: [77] }],
      [[{ blockedBy: [itemRef(0)] }], { why: 'cycle', ring: [2, 2] }],
      [[{ blockedBy: [itemRef(1)] }, { blockedBy: [itemRef(0)] }], { why: 'cycle' }],
      [[{ blockedBy: [idRef(1)], blocks: [idRef(1)] }], { why: 'cycle' }],
    ] as const
    for (const [drafts, outcome] of refused) {
      assert.partialDeepStrictEqual(await add(tasks, 'l', drafts), { ok: false, ...outcome })
    }
    assert.partialDeepStrictEqual(await add(tasks, 'new', [{ blocks: [idRef(1)] }]), { ok: false })
    assert.equal(await tasks.board('new'), undefined)
    assert.partialDeepStrictEqual(await addMany(tasks, 'l', 1), { first: 2 })
  })

  check('T1: who asks again with the same ticket has added once', async (tasks) => {
    const batch = { list: 'l', drafts: [], by: null, session: null, nowMs: NOW_MS, ticket: 'x' }
    const draft = taskDraft()
    const first = await tasks.create({ ...batch, drafts: [draft, draft] })
    const second = await tasks.create({ ...batch, drafts: [draft, draft] })
    assert.partialDeepStrictEqual(first, { ok: true, first: 1, last: 2 })
    assert.deepEqual(second, first)
    assert.deepEqual(await idsIn(tasks, 'l'), [2, 1])
    assert.deepEqual([await tasks.isTicketUsed('x'), await tasks.isTicketUsed('y')], [true, false])
    const elsewhere = await tasks.create({ ...batch, list: 'm', drafts: [draft] })
    assert.deepEqual(elsewhere, { ok: false, why: 'ticket' })
  })

  check('T2: blocks and blocked_by are one relation', async (tasks) => {
    await addMany(tasks, 'l', 2)
    await add(tasks, 'l', [{ blockedBy: [idRef(1), itemRef(1)], blocks: [idRef(2)] }, {}])
    const seen = await tasks.get('l', [1, 2, 3, 4])
    assert.deepEqual(
      seen.map(({ blocks, blockedBy, unmet }) => [blocks, blockedBy, unmet]),
      [
        [[3], [], 0],
        [[], [3], 1],
        [[2], [1, 4], 2],
        [[3], [], 0],
      ],
    )
    assert.deepEqual(
      seen.map(({ version }) => version),
      [2, 2, 1, 1],
      'who is referred to has moved on',
    )
  })

  check('T2: a ring is refused, whichever way it would be closed', async (tasks) => {
    await add(tasks, 'l', [{}, { blockedBy: [itemRef(0)] }, { blockedBy: [itemRef(1)] }])
    const edits = [
      [1, { blockedBy: [3] }],
      [3, { blocks: [1] }],
      [2, { blocks: [2] }],
      [2, { blockedBy: [3] }],
    ] as const
    for (const [id, edit] of edits) {
      const outcome = await actAs(tasks, owner('a'), 'l', [id], { act: editing(edit) })
      assert.partialDeepStrictEqual(outcome, { ok: false, problem: { kind: 'refused' } })
      assert.match(JSON.stringify(outcome), /wait for itself/)
    }
    assert.deepEqual(
      (await tasks.get('l', [1, 2, 3])).map(({ version }) => version),
      [1, 1, 1],
    )
    const unknown = await actAs(tasks, owner('a'), 'l', [1], { act: editing({ blocks: [9] }) })
    assert.partialDeepStrictEqual(unknown, { ok: false, problem: { kind: 'not_found' } })
  })

  check('T2: a ring through a thousand tasks is refused', async (tasks) => {
    const chain = range(0, 999).map((at) => (at === 0 ? {} : { blockedBy: [itemRef(at - 1)] }))
    await add(tasks, 'l', chain)
    for (const edit of [{ blockedBy: [1_000] }, { blockedBy: [500] }]) {
      const outcome = await actAs(tasks, owner('a'), 'l', [1], { act: editing(edit) })
      assert.equal(outcome.ok, false)
    }
    const harmless = await actAs(tasks, owner('a'), 'l', [1_000], {
      act: editing({ blockedBy: [1] }),
    })
    assert.equal(harmless.ok, true)
  })

  check(
    'T5: what is dropped leaves no reference, and who referred to it is named',
    async (tasks) => {
      await add(tasks, 'l', [{}, { blockedBy: [itemRef(0)] }, { blockedBy: [itemRef(1)] }, {}])
      const dropped = await tasks.drop({ list: 'l', ids: [2, 4], asker: asker('a'), nowMs: NOW_MS })
      assert.deepEqual(dropped, {
        ok: true,
        dropped: [
          { id: 2, touched: [1, 3] },
          { id: 4, touched: [] },
        ],
      })
      assert.deepEqual(
        (await tasks.get('l', [1, 2, 3])).map(({ id, blocks, blockedBy, unmet, version }) => [
          id,
          [...blocks, ...blockedBy],
          unmet,
          version,
        ]),
        [
          [1, [], 0, 2],
          [3, [], 0, 2],
        ],
      )
      const none = await tasks.drop({ list: 'l', ids: [1, 2], asker: asker('a'), nowMs: NOW_MS })
      assert.partialDeepStrictEqual(none, { ok: false, problem: { kind: 'not_found' } })
      assert.deepEqual(await idsIn(tasks, 'l'), [3, 1], 'all or none')
    },
  )

  check('T6: a name is data, whatever characters it has', async (tasks) => {
    for (const list of STRANGE) {
      assert.partialDeepStrictEqual(await addMany(tasks, list, 2), { first: 1, last: 2 })
      await claimAs(tasks, owner(list === '' ? 'x' : list), { list })
    }
    for (const list of STRANGE) {
      assert.deepEqual(await idsIn(tasks, list), [2, 1])
      assert.equal((await tasks.board(list))?.counts.in_progress, 1)
    }
    const boards = await tasks.boards({ archived: false, limit: 100 })
    assert.deepEqual(boards.map(({ list }) => list).toSorted(), STRANGE.toSorted())
  })

  check('T6: internal and archived tasks are hidden unless asked for', async (tasks) => {
    const internal = { metadata: { _internal: true } }
    await add(tasks, 'l', [{}, internal, {}, {}])
    await actAs(tasks, owner('a'), 'l', [3], { act: { do: 'archive' } })
    assert.deepEqual(await idsIn(tasks, 'l'), [4, 1])
    assert.deepEqual(await idsIn(tasks, 'l', { internal: true }), [4, 2, 1])
    assert.deepEqual(await idsIn(tasks, 'l', { archived: true }), [3])
    assert.deepEqual(await idsIn(tasks, 'l', { ready: true }), [1, 4])
    assert.equal((await tasks.board('l'))?.counts.pending, 2)
    await actAs(tasks, owner('a'), 'l', [3], { act: { do: 'restore' } })
    const visible = editing({ metadata: { _internal: null } })
    await actAs(tasks, owner('a'), 'l', [2], { act: visible })
    assert.equal((await tasks.board('l'))?.counts.pending, 4)
  })

  check('lists: by status, owner, readiness and page', async (tasks) => {
    await add(tasks, 'l', [{ priority: -1 }, {}, { priority: 5 }, { blockedBy: [itemRef(1)] }, {}])
    await claimAs(tasks, owner('a'), { list: 'l', id: 2 })
    await claimAs(tasks, owner('b'), { list: 'l', id: 5 })
    await actAs(tasks, owner('b'), 'l', [5], { act: { do: 'done' } })
    assert.deepEqual(await idsIn(tasks, 'l', { ready: true }), [3, 1])
    assert.deepEqual(await idsIn(tasks, 'l', { status: 'pending' }), [4, 3, 1])
    assert.deepEqual(await idsIn(tasks, 'l', { status: 'pending', beforeId: 4 }), [3, 1])
    assert.deepEqual(await idsIn(tasks, 'l', { owner: 'a' }), [2])
    assert.deepEqual(await idsIn(tasks, 'l', { owner: 'b', status: 'completed' }), [5])
    assert.deepEqual(await idsIn(tasks, 'l', { owner: 'b', status: 'pending' }), [])
    assert.deepEqual(await idsIn(tasks, 'l', { limit: 2 }), [5, 4])
    assert.deepEqual((await tasks.board('l'))?.counts, {
      pending: 3,
      in_progress: 1,
      completed: 1,
      cancelled: 0,
    })
    assert.deepEqual(await tasks.list({ list: 'none', limit: 5 }), [])
  })
}

export function editing(edit: object, busyLimit = 0) {
  return { do: 'edit', leaseMs: 60_000, busyLimit, edit } as const
}

export function asker(name: string) {
  return { by: owner(name), force: false }
}

export async function idsIn(
  tasks: TaskStore,
  list: string,
  query: Partial<Parameters<TaskStore['list']>[0]> = {},
): Promise<number[]> {
  return (await tasks.list({ list, limit: 100, ...query })).map(({ id }) => id)
}
