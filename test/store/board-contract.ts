import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Task } from '../../src/domain/task.ts'
import { add, addMany, claimAs, idRef, itemRef, NOW_MS, owner } from '../support/tasks.ts'
import { range } from './contract.ts'
import type { CheckTasks, TaskEngine } from './task-contract.ts'

/** What every engine has to do for boards as a whole. */
export function describeBoards(engine: TaskEngine): void {
  const check: CheckTasks = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).tasks))

  check('T1: no id is given out that could not be kept elsewhere first', async (tasks) => {
    const kept: unknown[] = []
    tasks.keepIdsWith((list, last) => {
      if (list === 'full') throw new Error('no room')
      kept.push([list, last])
    })
    await addMany(tasks, 'l', 3)
    await addMany(tasks, 'l', 2)
    await add(tasks, 'l', [{ blocks: [idRef(99)] }])
    await assert.rejects(addMany(tasks, 'full', 1), /no room/)
    assert.deepEqual(kept, [
      ['l', 3],
      ['l', 5],
    ])
    assert.equal(await tasks.board('full'), undefined)
  })

  check('a board remembers what was said of it, and who was seen last', async (tasks) => {
    const draft = { list: 'l', by: 'a', nowMs: NOW_MS, role: 'r', metadata: { x: 1 } }
    assert.partialDeepStrictEqual(await tasks.createBoard(draft), { isNew: true })
    await tasks.archiveBoard({ list: 'l', by: null, nowMs: NOW_MS })
    assert.partialDeepStrictEqual(await addMany(tasks, 'l', 1), { why: 'archived' })
    assert.equal((await tasks.boards({ archived: true, limit: 5 })).length, 1)
    const back = await tasks.createBoard({ list: 'l', by: null, nowMs: NOW_MS, session: 's' })
    assert.partialDeepStrictEqual(back, {
      isNew: false,
      board: { role: 'r', session: 's', metadata: { x: 1 }, archivedMs: null },
    })
    await addMany(tasks, 'l', 40)
    for (const at of range(1, 30))
      await claimAs(tasks, owner(`w${at}`), { list: 'l', nowMs: NOW_MS + at })
    const seen = (await tasks.board('l'))?.seen.map(({ who }) => who) ?? []
    assert.deepEqual([seen.length, seen[0], seen.at(-1)], [20, 'w30', 'w11'])
    assert.equal(await tasks.archiveBoard({ list: 'none', by: null, nowMs: NOW_MS }), false)
    assert.equal(await tasks.resetBoard({ list: 'none', by: null, nowMs: NOW_MS }), undefined)
  })

  check('T1: a board is taken in with its ids and floor, or not at all', async (tasks) => {
    const task = {
      subject: 's',
      description: 'd',
      activeForm: null,
      priority: 0,
      metadata: {},
      owner: null,
      createdMs: 5,
      updatedMs: 6,
      archivedMs: null,
    }
    const what = {
      list: 'l',
      by: null,
      nowMs: NOW_MS,
      leaseMs: 1_000,
      from: '/f',
      idFloor: 40,
      tasks: [
        { ...task, id: 3, status: 'in_progress', owner: 'a' },
        { ...task, id: 7, status: 'pending' },
      ],
      edges: [{ blocker: 3, blocked: 7 }],
    } as const
    assert.deepEqual(await tasks.importBoard(what), { ok: true, isNew: true })
    assert.deepEqual(await tasks.importBoard({ ...what, idFloor: 99 }), {
      ok: false,
      taken: [3, 7],
    })
    const [three, seven] = await tasks.get('l', [3, 7])
    assert.partialDeepStrictEqual(three, { owner: owner('a'), leaseLeftMs: 1_000, createdMs: 5 })
    assert.partialDeepStrictEqual(seven, { blockedBy: [3], unmet: 1 })
    assert.partialDeepStrictEqual(await addMany(tasks, 'l', 1), { first: 41 })
  })

  check('T7: whatever is read is of one moment, also while others write', async (tasks) => {
    await addMany(tasks, 'l', 1)
    const all = { internal: true } as const
    const pair = [{ blockedBy: [idRef(1)] }, { blockedBy: [itemRef(0)] }]
    const look = async (): Promise<[readonly Task[], number | undefined]> => {
      const whole = await tasks.boardWith('l', [all])
      return [whole?.tasks ?? [], whole?.board.counts.pending]
    }
    let isOver = false
    async function keepReading(): Promise<number> {
      let looks = 0
      for (; !isOver; looks += 1) {
        const listed = await tasks.list({ list: 'l', ...all })
        for (const [found, open] of [[listed, listed.length] as const, await look()]) {
          const ids = new Set(found.map(({ id }) => id))
          const named = found.flatMap(({ blockedBy, blocks }) => [...blocks, ...blockedBy])
          assert.deepEqual([named.filter((id) => !ids.has(id)), open], [[], found.length])
        }
      }
      return looks
    }
    async function write(): Promise<void> {
      for (const _ of range(1, 60)) await add(tasks, 'l', pair)
      isOver = true
    }
    const [looks] = await Promise.all([keepReading(), write(), keepReading()])
    assert.ok(looks > 3)
    assert.equal(await tasks.boardWith('none', [all]), undefined)
  })
}
