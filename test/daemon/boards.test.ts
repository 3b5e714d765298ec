import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import type { NewTask } from '../../src/contract/boards.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'

const LIST = 'garden'
const OFTEN = { CURFEW_TICK: '100ms', CURFEW_SYSTEM_IDLE: 'false' }

test('T1, T3, T4: a plan is added, worked off in its order, and told as it goes', async (t) => {
  const daemon = await startDaemon(t)
  const { tasks } = await add(daemon.house, [
    { subject: 'dig', active_form: 'digging' },
    { subject: 'sow', blocked_by: ['#1'], metadata: { bed: 3 } },
    { subject: 'water', blocked_by: ['#2'], priority: 9 },
  ])
  assert.deepEqual(SHAPES.tasks.parse(tasks), tasks)
  assert.deepEqual(
    tasks.map(({ id, blocks, blocked_by: after, ready }) => [id, blocks, after, ready]),
    [
      [1, [2], [], true],
      [2, [3], [1], false],
      [3, [], [2], false],
    ],
  )
  for (const id of [1, 2, 3]) {
    const claim = await askHouse(daemon.house, 'task_claim', { list: LIST, as: 'ann' })
    assert.ok(claim.kind === 'ok' && claim.task.id === id)
    assert.notEqual(claim.task.lease_expires_at, null)
    const [done] = await askHouse(daemon.house, 'task_done', { list: LIST, ids: [id], as: 'ann' })
    assert.deepEqual([done?.task.status, done?.changed], ['completed', ['status']])
  }
  const board = await askHouse(daemon.house, 'board', { list: LIST })
  assert.deepEqual(board.counts, { pending: 0, in_progress: 0, completed: 3, cancelled: 0 })
  assert.deepEqual(
    board.seen.map(({ who }) => who),
    ['ann'],
  )
  await daemon.event('task_claimed')
  const types = (await daemon.events())
    .map(({ type }) => type)
    .filter((type) => /task|board/.test(type))
  assert.deepEqual(types.slice(0, 4), [
    'board_created',
    'task_added',
    'task_claimed',
    'task_changed',
  ])
})

test('T3: who loses a claim is told why', async (t) => {
  const { house } = await startDaemon(t, { env: { CURFEW_BOARD_BUSY_LIMIT: '1' } })
  await add(house, [{ subject: 'a' }, { subject: 'b', blocked_by: ['#1'] }, { subject: 'c' }])
  const claim = (as: string, id: number) => askHouse(house, 'task_claim', { list: LIST, as, id })
  assert.equal((await claim('ann', 1)).kind, 'ok')
  const owned = await claim('bob', 1)
  assert.ok(owned.kind === 'already_owned' && owned.by === 'ann')
  const blocked = await claim('bob', 2)
  assert.deepEqual([blocked.kind, 'by' in blocked && blocked.by], ['blocked', [1]])
  const busy = await claim('ann', 3)
  assert.deepEqual(busy, { kind: 'busy', by: [{ list: LIST, id: 1 }] })
  assert.equal((await claim('bob', 9)).kind, 'not_found')
  await askHouse(house, 'task_done', { list: LIST, ids: [1], as: 'ann' })
  assert.equal((await claim('bob', 1)).kind, 'already_completed')
})

test('T3: a lease that nobody renews frees the task; it stands still while no daemon runs', async (t) => {
  const house = makeHouse(t)
  const env = { ...OFTEN, CURFEW_BOARD_LEASE: '1h' }
  const first = await startDaemon(t, { house, env })
  await add(house, [{ subject: 'long' }])
  const [long] = [await askHouse(house, 'task_claim', { list: LIST, as: 'ann' })]
  assert.equal(long.kind, 'ok')
  await first.stop()
  const second = await startDaemon(t, { house, env: { ...OFTEN, CURFEW_BOARD_LEASE: '300ms' } })
  await add(house, [{ subject: 'short' }])
  const short = await askHouse(house, 'task_claim', { list: LIST, as: 'bob' })
  assert.ok(short.kind === 'ok' && short.task.id === 2)
  const freed = await second.event('task_freed')
  assert.equal(
    freed.message,
    'board "garden": task 2 is free again, "bob" had it: its lease is over',
  )
  const [kept, free] = await askHouse(house, 'task', { list: LIST, ids: [1, 2] })
  assert.deepEqual([kept?.status, kept?.owner], ['in_progress', 'ann'])
  assert.deepEqual([free?.status, free?.owner], ['pending', null])
})

test('T3: what a wrapper holds is free when its process is gone, and when it has left', async (t) => {
  const daemon = await startDaemon(t, { env: { ...OFTEN, CURFEW_STALE_AFTER: '400ms' } })
  const { house } = daemon
  await add(house, [{ subject: 'a' }, { subject: 'b' }])
  const worker = startCurfew(t, house, [
    'attend',
    '--',
    'sh',
    '-c',
    'echo wrapper=$CURFEW_WRAPPER; read x',
  ])
  const wrapper = (await worker.line('wrapper=')).slice('wrapper='.length)
  const held = { list: LIST, as: 'ann', wrapper }
  assert.equal((await askHouse(house, 'task_claim', { ...held, id: 1 })).kind, 'ok')
  assert.equal((await askHouse(house, 'task_claim', { list: LIST, as: 'ann', id: 2 })).kind, 'ok')
  const namesake = await callDaemon(
    'task_done',
    { list: LIST, as: 'ann', ids: [1] },
    { socket: house.paths.socket },
  )
  assert.ok(
    namesake.kind === 'problem' && /belongs to "ann" \(in wrapper /.test(namesake.problem.message),
  )
  worker.send('leave')
  await worker.ended
  const freed = await daemon.event('task_freed')
  assert.match(
    freed.message,
    /task 1 is free again, "ann" had it: (?:its wrapper has left|the process of its wrapper is gone)/,
  )
  const [one, two] = await askHouse(house, 'task', { list: LIST, ids: [1, 2] })
  assert.deepEqual([one?.status, two?.status], ['pending', 'in_progress'])
})

test('T1: ids go on where they were, also in a store that was lost', async (t) => {
  const house = makeHouse(t)
  const first = await startDaemon(t, { house })
  await add(house, [{ subject: 'a' }, { subject: 'b' }])
  await askHouse(house, 'task_drop', { list: LIST, ids: [2], as: 'ann' })
  await first.kill()
  for (const name of ['curfew.db', 'curfew.db-wal', 'curfew.db-shm']) {
    writeFileSync(join(house.home, name), 'lost')
  }
  await startDaemon(t, { house })
  const { tasks } = await add(house, [{ subject: 'c' }])
  const [task] = tasks
  assert.ok(task !== undefined && task.id > 2, `was given ${task?.id}`)
})

test('a hook may object to what is added and completed: then nothing of it is done', async (t) => {
  const house = makeHouse(t)
  const hook = script(
    house,
    'hook',
    'cat > "$CURFEW_HOME/asked"; echo "not on a Friday" >&2; exit 3',
  )
  configure(house, { create: [hook], complete: [hook] })
  const daemon = await startDaemon(t, { house })
  const refused = await callDaemon('task_add', { list: LIST, tasks: [{ subject: 'a' }] }, at(house))
  assert.ok(refused.kind === 'problem' && refused.problem.kind === 'refused')
  assert.match(refused.problem.message, /adding tasks was vetoed: not on a Friday/)
  const asked: unknown = JSON.parse(readFileSync(join(house.home, 'asked'), 'utf8'))
  assert.partialDeepStrictEqual(asked, { hook: 'create', list: LIST, tasks: [{ subject: 'a' }] })
  assert.deepEqual(await askHouse(house, 'boards', {}), [])
  configure(house, { complete: [hook] })
  await askHouse(house, 'reload', {})
  await add(house, [{ subject: 'a' }, { subject: 'b' }])
  const wish = { list: LIST, ids: [1, 2], as: 'ann', force: true }
  for (const outcome of [
    await callDaemon('task_done', wish, at(house)),
    await callDaemon('task_edit', { ...wish, status: 'completed' }, at(house)),
  ]) {
    assert.ok(outcome.kind === 'problem')
    assert.match(outcome.problem.message, /completing tasks 1, 2 was vetoed: not on a Friday/)
  }
  assert.deepEqual((await askHouse(house, 'board', { list: LIST })).counts.pending, 2)
  await daemon.event('task_vetoed')
})

test('T1: a hook reads what is asked as the asker wrote it, and is not asked about it again', async (t) => {
  const house = makeHouse(t)
  configure(house, { create: [script(house, 'hook', 'cat >> "$CURFEW_HOME/asked"')] })
  const daemon = await startDaemon(t, { house })
  const tasks = [
    { subject: 'a' },
    { subject: 'b', active_form: 'b-ing', blocked_by: ['#1'] },
  ] as const
  const batch = { list: LIST, tasks, ticket: 'once' }
  const [first, again] = [await daemon.ask('task_add', batch), await daemon.ask('task_add', batch)]
  assert.deepEqual(again, first)
  const asked = readFileSync(join(house.home, 'asked'), 'utf8').trim().split('\n')
  assert.deepEqual(
    asked.map((line): unknown => JSON.parse(line)),
    [{ hook: 'create', list: LIST, by: null, tasks }],
  )
  configure(house, { complete: [script(house, 'never', 'touch "$CURFEW_HOME/asked-in-vain"')] })
  await daemon.ask('reload')
  for (const ids of [[1], [9]]) {
    const vain = await callDaemon('task_done', { list: LIST, ids, as: 'ann' }, at(house))
    assert.equal(vain.kind, 'problem')
  }
  assert.ok(!existsSync(join(house.home, 'asked-in-vain')), 'nor about what is refused anyway')
  const other = await callDaemon('task_add', { ...batch, list: 'other' }, at(house))
  assert.ok(
    other.kind === 'problem' && /used to add tasks to another board/.test(other.problem.message),
  )
})

test('a hook that hangs, floods or is not there objects by that, and keeps nobody waiting', async (t) => {
  const house = makeHouse(t)
  const hang = script(house, 'hang', 'sleep 600')
  const flood = script(house, 'flood', 'yes no | head -c 3000000 >&2; exit 1')
  await startDaemon(t, { house })
  for (const [command, timeout, why] of [
    [hang, '300ms', /took longer than 0\.3 s/],
    [flood, '30s', /vetoed: no/],
    [join(house.folder, 'nowhere'), '30s', /no such program/],
  ] as const) {
    configure(house, { create: [command], timeout })
    await askHouse(house, 'reload', {})
    const outcome = await callDaemon(
      'task_add',
      { list: LIST, tasks: [{ subject: 'a' }] },
      at(house),
    )
    assert.ok(outcome.kind === 'problem')
    assert.match(outcome.problem.message, why)
    assert.ok(outcome.problem.message.length < 2_000)
  }
  assert.deepEqual(await askHouse(house, 'boards', {}), [])
})

test('T6: names are data: long ones, strange ones, and those that other code trips over', async (t) => {
  const { house } = await startDaemon(t)
  const names = [
    '../x',
    'a/b',
    'a_b',
    '🙂'.repeat(2_560),
    '__proto__',
    ' ',
    '"; drop table tasks; --',
    '\n',
  ]
  for (const list of names) {
    await askHouse(house, 'task_add', { list, tasks: [{ subject: 'a' }] })
    const claim = await askHouse(house, 'task_claim', { list, as: 'ann' })
    assert.ok(claim.kind === 'ok' && claim.task.list === list && claim.task.id === 1)
  }
  const boards = await askHouse(house, 'boards', {})
  assert.deepEqual(boards.map(({ list }) => list).toSorted(), names.toSorted())
  for (const list of ['', 'a\0b']) {
    const outcome = await callDaemon('board_create', { list }, at(house))
    assert.ok(outcome.kind === 'problem' && outcome.problem.kind === 'usage')
  }
})

test('T1: a bad item rejects the whole batch, by its number', async (t) => {
  const { house } = await startDaemon(t)
  const outcome = await callDaemon(
    'task_add',
    { list: LIST, tasks: [{ subject: 'fine' }, { subject: 'x', blocked_by: [7] }] },
    at(house),
  )
  assert.ok(
    outcome.kind === 'problem' && /\("x"\): there is no task 7/.test(outcome.problem.message),
  )
  assert.deepEqual(await askHouse(house, 'boards', {}), [])
})

function add(house: House, tasks: readonly NewTask[]) {
  return askHouse(house, 'task_add', { list: LIST, tasks, as: 'ann' })
}

function at(house: House) {
  return { socket: house.paths.socket }
}

function configure(house: House, hooks: object): void {
  mkdirSync(house.home, { recursive: true, mode: 0o700 })
  writeFileSync(house.paths.config, JSON.stringify({ board: { hooks } }), { mode: 0o600 })
}

function script(house: House, name: string, body: string): string {
  const path = join(house.folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o700)
  return path
}
