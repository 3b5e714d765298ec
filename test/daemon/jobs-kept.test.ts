import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { JOB_ENV, look, submit, untilEnded, untilEnds, untilJob } from '../support/daemon-jobs.ts'

test('J9, J10: what is removed is gone with its folder; a folder that is gone stops nothing', async (t) => {
  const { house } = await startDaemon(t)
  const [a, b] = [await submit(house, 'true'), await submit(house, 'true')]
  await untilEnded(house, [a, b])
  rmSync(join(house.paths.jobs, String(b)), { recursive: true })
  assert.deepEqual(await askHouse(house, 'remove', { ids: [a, b] }), { removed: [a, b] })
  assert.equal(existsSync(join(house.paths.jobs, String(a))), false)
  const running = await submit(house, 'sleep 300')
  await assert.rejects(
    askHouse(house, 'remove', { ids: [running] }),
    /only what has ended can be removed/,
  )
  assert.deepEqual(await askHouse(house, 'clean', {}), { removed: [] })
  await askHouse(house, 'kill', { ids: [running] })
  await untilEnds(house, running)
  assert.deepEqual(await askHouse(house, 'clean', {}), { removed: [running] })
})

test('J10: a folder that cannot be removed is named, and holds up no other', async (t) => {
  const { house } = await startDaemon(t)
  const ids = [
    await submit(house, 'true'),
    await submit(house, 'true'),
    await submit(house, 'true'),
  ]
  await untilEnded(house, ids)
  const [, stuck = 0] = ids
  // It is moved here first.
  const inTheWay = join(house.paths.jobs, `.removed-${stuck}`)
  writeFileSync(inTheWay, '')
  await assert.rejects(askHouse(house, 'clean', {}), new RegExp(`removing .*/jobs/${stuck}`))
  const left = await askHouse(house, 'jobs', {})
  assert.deepEqual(
    left.map(({ id }) => id),
    [stuck],
  )
  rmSync(inTheWay)
  assert.deepEqual(await askHouse(house, 'clean', {}), { removed: [stuck] })
})

test('J9: the chore forgets what is old enough, never what runs or what its session has not heard of', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_JOBS_KEEP_FOR: '1ms' } })
  const { house } = daemon
  const free = await submit(house, 'true')
  const owed = await submit(house, 'true', { session: 's' })
  const heard = await submit(house, 'true', { session: 's' })
  const running = await submit(house, 'sleep 300')
  await untilEnded(house, [free, owed, heard])
  await askHouse(house, 'ack', { ids: [heard] })
  await askHouse(house, 'run_chore', { name: 'retention' })
  const told = await daemon.event('jobs_forgotten')
  assert.equal(told.data['count'], 2)
  const left = await askHouse(house, 'jobs', {})
  assert.deepEqual(
    left.map(({ id }) => id),
    [running, owed],
  )
  assert.deepEqual(
    [free, owed, heard].map((id) => existsSync(join(house.paths.jobs, String(id)))),
    [false, true, false],
  )
  await askHouse(house, 'kill', { ids: [running] })
  await untilEnds(house, running)
})

test('J10: after a store was damaged its jobs are there again, those that run too', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const done = await submit(house, 'exit 4')
  await untilEnds(house, done)
  const running = await submit(house, 'sleep 300; exit 0', { session: 's' })
  await untilJob(house, running, ({ pid }) => pid !== null, 'to run')
  const waiting = await submit(house, 'umask', { delay: '1h', name: 'later', umask: '027' })
  await daemon.kill()
  for (const end of ['', '-wal', '-shm']) rmSync(`${house.paths.store}${end}`, { force: true })
  writeFileSync(house.paths.store, 'no database at all'.repeat(500))
  chmodSync(house.paths.store, 0o600)
  await startDaemon(t, { house })
  assert.equal((await untilEnds(house, done)).exit_code, 4)
  assert.equal((await look(house, running)).status, 'running')
  assert.deepEqual((await look(house, waiting)).name, 'later')
  assert.ok((await submit(house, 'true')) > waiting, 'no id is given out again')
  await askHouse(house, 'edit', { id: waiting, delay: 0 })
  await untilEnds(house, waiting)
  assert.equal((await askHouse(house, 'logs', { id: waiting })).text, '0027\n')
  await askHouse(house, 'kill', { ids: [running] })
  const [end] = await untilEnded(house, [running])
  assert.deepEqual([end?.status, end?.session], ['killed', 's'])
})

test('J11, D5: values of the environment lie in the job’s folder alone and go with it', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const canary = 'c4n4ry-value'
  const id = await submit(house, 'exit 1', { env: { ...JOB_ENV, SECRET: canary } })
  await untilEnds(house, id)
  await daemon.stop()
  const found = (): string =>
    execFileSync('sh', ['-c', `grep -rl ${canary} ${house.home} || true`], { encoding: 'utf8' })
  assert.equal(found().trim(), join(house.paths.jobs, String(id), 'env'))
  await startDaemon(t, { house })
  await askHouse(house, 'remove', { ids: [id] })
  assert.equal(found(), '')
})
