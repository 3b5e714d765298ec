import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import type { NewTask } from '../../src/contract/boards.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'

const LIST = 'garden'

test('a board goes out and comes in whole, whatever its name and its keys are', async (t) => {
  const { house } = await startDaemon(t)
  const list = '../x'
  const metadata: unknown = JSON.parse('{"__proto__": {"a": 1}, "k": [1, "é"]}')
  await askHouse(house, 'task_add', {
    list,
    tasks: [
      { subject: 'a', metadata: metadata as NewTask['metadata'] & object, owner: 'ann' },
      { subject: 'b\u001b[31m', blocked_by: ['#1'], description: 'two\nlines' },
      { subject: 'hidden', metadata: { _internal: true } },
      { subject: 'old' },
    ],
  })
  await askHouse(house, 'task_archive', { list, ids: [4], as: 'ann' })
  const written = await askHouse(house, 'board_export', { list })
  assert.deepEqual(
    written.tasks.map(({ id }) => id),
    [1, 2, 3, 4],
  )
  const file = join(house.folder, 'board.json')
  writeFileSync(file, JSON.stringify(written))
  const taken = await askHouse(house, 'board_import', { list: 'a/b', from: file })
  assert.deepEqual([taken.imported, taken.problems], [4, []])
  const again = await askHouse(house, 'board_export', { list: 'a/b' })
  assert.equal(JSON.stringify(again), JSON.stringify(written))
  const twice = await callDaemon(
    'board_import',
    { list: 'a/b', from: file },
    { socket: house.paths.socket },
  )
  assert.ok(
    twice.kind === 'problem' &&
      /the ids 1, 2, 3, 4 already; nothing was taken in/.test(twice.problem.message),
  )
})

test('T1: a folder of tasks is taken in with its ids, and what cannot be read is told', async (t) => {
  const { house } = await startDaemon(t)
  const from = join(house.folder, 'tasks')
  mkdirSync(join(from, '0009.json'), { recursive: true })
  const put = (name: string, value: unknown): void =>
    writeFileSync(join(from, name), typeof value === 'string' ? value : JSON.stringify(value))
  put('0001.json', {
    subject: 'a',
    status: 'completed',
    blocks: ['2'],
    created_at: 1_700_000_000.25,
  })
  put('0002.json', { subject: 'b', status: 'in_progress', owner: 'ann', blocked_by: [1, 77] })
  put('0003.json', { subject: 'c', blocked_by: [5] })
  put('0005.json', { subject: 'd', blocked_by: [3] })
  put('0006.json', 'not json')
  put('0007.json', { subject: 'e', status: 'someday' })
  put('notes.txt', 'x')
  put('meta.json', { role: 'planner', team: 'red' })
  put('.highwatermark', '40\n')
  const { board, imported, problems } = await askHouse(house, 'board_import', { list: LIST, from })
  assert.deepEqual(
    [imported, board.last_id, board.role, board.metadata],
    [4, 40, 'planner', { team: 'red' }],
  )
  assert.deepEqual(
    problems.map(({ what }) => what),
    ['0006.json', '0007.json', '0009.json', 'notes.txt', '77 blocks 2', '3 blocks 5'],
  )
  const [one, two] = await askHouse(house, 'task', { list: LIST, ids: [1, 2] })
  assert.deepEqual([one?.blocks, one?.created_at], [[2], '2023-11-14T22:13:20.250Z'])
  assert.deepEqual([two?.owner, two?.status], ['ann', 'in_progress'])
  const next = await askHouse(house, 'task_add', { list: LIST, tasks: [{ subject: 'next' }] })
  assert.equal(next.tasks[0]?.id, 41)
  const more = join(house.folder, 'more')
  mkdirSync(more)
  writeFileSync(join(more, '50.json'), '{"subject": "f"}')
  const after = await askHouse(house, 'board_import', { list: LIST, from: more })
  assert.deepEqual(
    [after.board.role, after.board.metadata, after.board.last_id],
    ['planner', { team: 'red' }, 50],
    'what the files do not say of a board that is there stays as it is',
  )
})
