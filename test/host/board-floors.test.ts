import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepIdFloors } from '../../src/daemon/boards/id-floors.ts'
import {
  appendBoardFloor,
  readBoardFloors,
  rewriteBoardFloors,
} from '../../src/host/board-floors.ts'
import { openTempTasks } from '../support/open-temp-tasks.ts'
import { add, addMany, idRef, NOW_MS } from '../support/tasks.ts'
import { tempDir } from '../support/temp-dir.ts'

const NAMES = ['../x', '__proto__', 'two\nlines', '🙂'.repeat(2_560), ' ']

test('T1: floors are read as they were written, the highest of each, by any name', (t) => {
  const path = join(tempDir(t), 'ids')
  assert.deepEqual(readBoardFloors(path), new Map())
  for (const [at, name] of NAMES.entries()) {
    assert.equal(appendBoardFloor(path, name, 10 + at), true)
    appendBoardFloor(path, name, 5)
  }
  const said = new Map(NAMES.map((name, at) => [name, 10 + at]))
  assert.deepEqual(readBoardFloors(path), said)
  rewriteBoardFloors(path, said)
  assert.deepEqual(readBoardFloors(path), said)
})

test('T1: a line that a crash cut off, and lines that say nothing, hide no other', (t) => {
  const path = join(tempDir(t), 'ids')
  appendBoardFloor(path, 'a', 7)
  appendFileSync(path, '\nnull\n{}\n["c"]\n["c","9"]\n["c",1.5]\n["b",8')
  appendBoardFloor(path, 'd', 9)
  const said = new Map([
    ['a', 7],
    ['d', 9],
  ])
  assert.deepEqual(readBoardFloors(path), said)
})

test('T1: a FIFO or a link in its place blocks nobody, leads nowhere, and is replaced', async (t) => {
  const folder = tempDir(t)
  const victim = join(folder, 'victim')
  writeFileSync(victim, '["l",5000]')
  const { tasks } = openTempTasks(t)
  for (const [at, put] of [
    (path: string) => execFileSync('mkfifo', [path]),
    (path: string) => symlinkSync(victim, path),
  ].entries()) {
    const path = join(folder, `ids-${at}`)
    put(path)
    await keepIdFloors(path, tasks, true)
    assert.partialDeepStrictEqual(await addMany(tasks, `l${at}`, 3), { first: 1 })
    assert.ok((readBoardFloors(path).get(`l${at}`) ?? 0) >= 3)
  }
  assert.equal(readFileSync(victim, 'utf8'), '["l",5000]')
})

test('T1: a folder in its place is read as nothing, and named to whoever adds', async (t) => {
  const path = join(tempDir(t), 'ids')
  mkdirSync(path)
  const { tasks } = openTempTasks(t)
  await keepIdFloors(path, tasks, true)
  await assert.rejects(addMany(tasks, 'l', 1), /keeping the ids given out in .*ids/)
  assert.deepEqual(await tasks.boards({ archived: false, limit: 5 }), [], 'nothing is given')
})

test('T1: what is refused or taken in before leaves no gap in a store that comes after', async (t) => {
  const path = join(tempDir(t), 'ids')
  const { tasks } = openTempTasks(t)
  await keepIdFloors(path, tasks, true)
  await addMany(tasks, 'l', 1_000)
  const before = readFileSync(path, 'utf8')
  const refused = await add(
    tasks,
    'l',
    Array.from({ length: 500 }, () => ({ blocks: [idRef(7_777)] })),
  )
  assert.equal(refused.ok, false)
  assert.equal(readFileSync(path, 'utf8'), before)
  const board = { list: 'l', by: null, nowMs: NOW_MS, leaseMs: 0, from: '/x', tasks: [], edges: [] }
  await tasks.importBoard({ ...board, idFloor: 1_050 })
  assert.equal(readFileSync(path, 'utf8'), before, 'it was promised already')
  const next = openTempTasks(t).tasks
  await keepIdFloors(path, next, true)
  const added = await addMany(next, 'l', 1)
  const first = added.ok ? added.first : NaN
  assert.ok(first > 1_050 && first < 1_300, `was given ${first}`)
})
