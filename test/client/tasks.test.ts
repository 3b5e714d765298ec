import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { connectWith } from '../../src/client/connect.ts'
import { ownName } from '../../src/client/own-name.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'

test('library: a program adds, claims, edits and finishes tasks', async (t) => {
  const { house } = await startDaemon(t)
  const { boards, tasks } = connectWith('curfew', { home: house.home })
  const [first] = await tasks.add('plan', { subject: 'one', metadata: { k: 1 } }, { as: 'p' })
  const more = await tasks.add('plan', [
    { subject: 'two', blocked_by: [1] },
    { subject: 'three', blocked_by: [`#${1}`] },
  ])
  assert.deepEqual([first?.id, ...more.map(({ id }) => id)], [1, 2, 3])
  const claimed = await tasks.claimNext('plan', { as: 'a' })
  assert.partialDeepStrictEqual(claimed, { kind: 'ok', task: { id: 1, owner: 'a' } })
  assert.partialDeepStrictEqual(await tasks.claim('plan', 1, { as: 'b' }), {
    kind: 'already_owned',
    by: 'a',
  })
  assert.deepEqual(await tasks.claimNext('plan', { as: 'b' }), {
    kind: 'blocked',
    by: [1, 2],
  })
  const [edited] = await tasks.edit('plan', 1, { as: 'a', metadata: { k: null, l: 2 } })
  assert.deepEqual([edited?.task.metadata, edited?.changed], [{ l: 2 }, ['metadata']])
  assert.equal((await tasks.renew('plan', 1, { as: 'a' }))[0]?.task.status, 'in_progress')
  await assert.rejects(tasks.done('plan', 1, { as: 'b' }), refused)
  assert.deepEqual((await tasks.done('plan', [1], { as: 'a' }))[0]?.changed, ['status'])
  assert.deepEqual(
    (await tasks.list('plan', { ready: true }))?.map(({ id }) => id),
    [2],
  )
  assert.equal((await tasks.cancel('plan', 2, { as: 'a' }))[0]?.task.status, 'cancelled')
  assert.deepEqual(await tasks.drop('plan', 2, { as: 'a' }), [{ id: 2, touched: [1, 3] }])
  assert.equal((await tasks.get('plan', 3))?.subject, 'three')
  const board = await boards.get('plan')
  assert.deepEqual([board?.last_id, board?.seen[0]?.who], [3, 'a'])
})

test('library: a board goes out and comes back under another name, with its ids', async (t) => {
  const { house } = await startDaemon(t)
  const { boards, tasks } = connectWith('curfew', { home: house.home })
  assert.equal((await boards.create('a', { role: 'r', session: 's' })).role, 'r')
  await tasks.add('a', [{ subject: 'x' }, { subject: 'y', blocked_by: [`#${1}`] }])
  const file = join(house.folder, 'a.json')
  writeFileSync(file, JSON.stringify(await boards.export('a')))
  assert.equal((await boards.import('b', file)).imported, 2)
  assert.deepEqual((await boards.export('b'))?.tasks, (await boards.export('a'))?.tasks)
  assert.equal((await boards.reset('a')).removed, 2)
  assert.equal((await tasks.add('a', { subject: 'z' }))[0]?.id, 3)
  await boards.archive('a')
  assert.deepEqual(
    (await boards.list())?.map(({ list }) => list),
    ['b'],
  )
})

test('library: claimNext waits until a task is ready, or the time is over', async (t) => {
  const { house } = await startDaemon(t)
  const { tasks } = connectWith('curfew', { home: house.home })
  await tasks.add('line', [{ subject: 'x' }, { subject: 'y', blocked_by: [`#${1}`] }])
  await tasks.claim('line', 1, { as: 'a' })
  assert.equal((await tasks.claimNext('line', { as: 'b', waitMs: 30 })).kind, 'blocked')
  const waiting = tasks.claimNext('line', { as: 'b', waitMs: 60_000 })
  await tasks.done('line', 1, { as: 'a' })
  assert.partialDeepStrictEqual(await waiting, { kind: 'ok', task: { id: 2, owner: 'b' } })
  const afterB = tasks.claimNext('line', { as: 'a', waitMs: Infinity })
  await tasks.release('line', 2, { as: 'b' })
  assert.partialDeepStrictEqual(await afterB, { kind: 'ok', task: { id: 2, owner: 'a' } })
  const alone = tasks.claimNext('line', { as: 'b', waitMs: Infinity })
  await tasks.done('line', 2, { as: 'a' })
  assert.deepEqual(await alone, { kind: 'not_found' })
  assert.deepEqual(await tasks.claimNext('line', { as: 'b', waitMs: Infinity }), {
    kind: 'not_found',
  })
})

test('library: reads give nothing while no daemon runs, and start none', async (t) => {
  const { home, paths } = makeHouse(t)
  const { boards, tasks } = connectWith('curfew', { home })
  const read = [
    boards.list(),
    boards.get('x'),
    boards.export('x'),
    tasks.list('x'),
    tasks.get('x', 1),
  ]
  assert.deepEqual(new Set(await Promise.all(read)), new Set([undefined]))
  assert.equal(existsSync(paths.home), false)
})

test('who a program is: what it says, else the agent, else the session; with its wrapper', () => {
  const environment = { CURFEW_AGENT: 'a', CURFEW_SESSION: 's', CURFEW_WRAPPER: 'w' }
  assert.deepEqual(ownName(environment, 'x'), { as: 'x', wrapper: 'w' })
  assert.deepEqual(ownName(environment), { as: 'a', wrapper: 'w' })
  assert.deepEqual(ownName({ ...environment, CURFEW_AGENT: '', CURFEW_WRAPPER: '' }), { as: 's' })
  assert.equal(ownName({ CURFEW_WRAPPER: 'w' }), undefined)
})

function refused(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.kind === 'refused'
}

test('D2: what may take as long as a hook is given up at once when the daemon was stopped, and not done later', async (t) => {
  const { ask, house, pid } = await startDaemon(t)
  const { marker, socket } = house.paths
  process.kill(pid, 'SIGSTOP')
  const asked = { list: 'plan', tasks: [{ subject: 'one' }] }
  const answer = await callDaemon('task_add', asked, { socket, marker, timeoutMs: 300 })
  process.kill(pid, 'SIGCONT')
  assert.equal(answer.kind, 'problem')
  assert.deepEqual(await ask('boards'), [])
})
