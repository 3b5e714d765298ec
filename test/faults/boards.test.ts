import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { batchOf, torn } from '../support/board-batches.ts'
import { makeHouse } from '../support/house.ts'
import { type Program, programPath, startProgram } from '../support/program.ts'
import { rounds } from '../support/rounds.ts'

const LIST = 'garden'
const CLAIMANTS = 16
const ROUNDS = rounds(5)
const TASKS = 400
const WRITERS = { processes: 8, each: 8, batches: 4 }
const STANDING = 10_000
const DEATHS = { rounds: rounds(25), clients: 7 }

test(`T3: ${CLAIMANTS} processes claim ${TASKS} tasks in ${ROUNDS} rounds: each is had once`, async (t) => {
  const { house } = await startDaemon(t)
  const lists = Array.from({ length: ROUNDS }, (_, at) => `round ${at}`)
  for (const list of lists) {
    const tasks = Array.from({ length: TASKS }, (_, at) => ({ subject: `task ${at}` }))
    await askHouse(house, 'task_add', { list, tasks })
  }
  const claimants = Array.from({ length: CLAIMANTS }, (_, at) =>
    startProgram(t, programPath('claim-tasks.ts'), [
      house.paths.socket,
      `claimant ${at}`,
      ...lists,
    ]),
  )
  await allDone(claimants)
  const had = claimants.flatMap((claimant) => claimant.lines().filter((line) => line !== 'done'))
  assert.equal(had.length, ROUNDS * TASKS)
  assert.equal(new Set(had).size, ROUNDS * TASKS)
})

test(`T7: ${WRITERS.processes * WRITERS.each} writers at once on ${STANDING} tasks: all are heard, no reader sees part of a batch`, async (t) => {
  const { house } = await startDaemon(t)
  const standing = Array.from({ length: STANDING }, (_, at) => ({ subject: `old ${at}` }))
  await askHouse(house, 'task_add', { list: LIST, tasks: standing })
  const writers = Array.from({ length: WRITERS.processes }, (_, at) => {
    const args = [house.paths.socket, LIST, `w${at}`, WRITERS.each, WRITERS.batches].map(String)
    return startProgram(t, programPath('write-tasks.ts'), args)
  })
  const done = allDone(writers)
  let isOver = false
  void done.finally(() => {
    isOver = true
  })
  let looks = 0
  while (!isOver) {
    const seen = await askHouse(house, 'tasks', { list: LIST, limit: 999 })
    const subjects = seen.map(({ subject }) => subject).filter((subject) => subject.startsWith('w'))
    // The oldest batch on a page may go on behind it.
    assert.deepEqual(torn(subjects.slice(0, -2)).slice(0, -1), [])
    looks += 1
  }
  await done
  const ids = writers.flatMap((writer) => writer.lines().filter((line) => line !== 'done'))
  const count = WRITERS.processes * WRITERS.each * WRITERS.batches
  assert.equal(ids.length, count)
  for (const line of ids) {
    const [first = 0, ...more] = line.split(' ').map(Number)
    assert.deepEqual(more, [first + 1, first + 2])
  }
  const board = await askHouse(house, 'board', { list: LIST })
  assert.equal(board.counts.pending, STANDING + 3 * count)
  t.diagnostic(`${looks} looks in between`)
})

test(`T1, T2: ${DEATHS.rounds * (DEATHS.clients + 1)} kills of daemon and clients amid batches, edits and drops: whole or not at all, no id twice`, async (t) => {
  const house = makeHouse(t)
  const told = new Map<number, string>()
  for (let round = 0; round < DEATHS.rounds; round += 1) {
    const daemon = await startDaemon(t, { house })
    const clients = Array.from({ length: DEATHS.clients }, (_, at) =>
      startProgram(t, programPath('churn-tasks.ts'), [house.paths.socket, LIST, `r${round}.${at}`]),
    )
    // Where in a batch or an edit it hits differs from round to round.
    await clients[round % DEATHS.clients]?.line(`r${round}`)
    for (const client of clients.slice(1)) void client.kill()
    await daemon.kill()
    for (const client of clients) {
      await client.kill()
      remember(told, client)
    }
  }
  await startDaemon(t, { house })
  const { board, tasks } = await askHouse(house, 'board_export', { list: LIST })
  assert.deepEqual(torn(tasks.map(({ subject }) => subject)), [])
  const byId = new Map(tasks.map((task) => [task.id, task]))
  for (const { blocked_by: before, blocks, id, subject } of tasks) {
    for (const other of before) assert.ok(byId.get(other)?.blocks.includes(id))
    for (const other of blocks) assert.ok(byId.get(other)?.blocked_by.includes(id))
    const title = told.get(id)
    if (title !== undefined) assert.equal(subject.split(' ')[0], title)
  }
  assert.ok([...told.keys()].every((id) => id <= board.last_id))
  const [next] = (await askHouse(house, 'task_add', { list: LIST, tasks: batchOf('next') })).tasks
  assert.ok(next !== undefined && next.id > board.last_id)
  t.diagnostic(`${told.size} tasks were told, ${tasks.length} are there`)
})

async function allDone(programs: readonly Program[]): Promise<void> {
  for (const program of programs) {
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
  }
}

/** No id is told of two batches. */
function remember(told: Map<number, string>, client: Program): void {
  for (const line of client.lines()) {
    const [title = '', ...ids] = line.split(' ')
    for (const id of ids.map(Number)) {
      assert.equal(told.get(id) ?? title, title, `task ${id} was given twice`)
      told.set(id, title)
    }
  }
}
