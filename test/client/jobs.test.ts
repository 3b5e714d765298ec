import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect as connectTo, createServer } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { connectWith } from '../../src/client/connect.ts'
import { inheritedBy } from '../../src/client/run-input.ts'
import { waitForJobs } from '../../src/client/wait-for-jobs.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { Paths } from '../../src/host/paths.ts'
import { onEnd } from '../support/cleaning.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'
import { tempDir } from '../support/temp-dir.ts'

test('library: a program runs, waits for, reads and steers jobs', async (t) => {
  const daemon = await startDaemon(t)
  const house = connectWith('curfew', { home: daemon.house.home })
  const folder = tempDir(t)
  const job = await house.run({
    command: ['sh', '-c', 'pwd; echo "$X"; exit 4'],
    cwd: folder,
    env: { X: 'x' },
  })
  assert.equal(job.status === 'queued' || job.status === 'running', true)
  const [ended] = await house.wait([job.id])
  assert.partialDeepStrictEqual(ended, { id: job.id, status: 'failed', exit_code: 4 })
  assert.equal((await house.logs({ id: job.id }))?.text, `${folder}\nx\n`)
  assert.equal((await house.job(job.id))?.attempts.length, 0)
  assert.deepEqual(
    (await house.jobs({ limit: 1 }))?.map(({ id }) => id),
    [job.id],
  )
  const again = await house.retry(job.id, { inPlace: true })
  assert.deepEqual([again.id, again.attempt], [job.id, 2])
  await house.wait([job.id])
  assert.partialDeepStrictEqual(await house.setGroup('gpu', 2), { name: 'gpu', slots: 2 })
  const waiting = await house.run({ shell: 'true', group: 'gpu', delay: '1h' })
  assert.equal((await house.edit({ id: waiting.id, name: 'other' })).name, 'other')
  assert.equal((await house.pause({ ids: [waiting.id] }))[0]?.status, 'paused')
  assert.equal((await house.resume({ ids: [waiting.id] }))[0]?.status, 'queued')
  const [open] = await house.wait([waiting.id], { timeoutMs: 10 })
  assert.equal(open?.status, 'queued')
  assert.equal((await house.kill([waiting.id]))[0]?.status, 'killed')
  assert.equal(await house.removeGroup('gpu'), true)
  assert.deepEqual(
    (await house.groups())?.map(({ name }) => name),
    ['default'],
  )
  assert.deepEqual((await house.remove([job.id])).removed, [job.id])
  assert.deepEqual((await house.clean()).removed, [waiting.id])
})

test('library: folder, umask and environment are those of the program unless given', async (t) => {
  const daemon = await startDaemon(t)
  const house = connectWith('curfew', { home: daemon.house.home })
  const { id } = await house.run({ command: ['sh', '-c', 'pwd; umask; echo "$PATH"'] })
  const other = await house.run({ command: ['sh', '-c', 'umask'], umask: '7' })
  await house.wait([id, other.id])
  const umask = execFileSync('sh', ['-c', 'umask'], { encoding: 'utf8' })
  const told = `${process.cwd()}\n${umask}${process.env.PATH}\n`
  assert.equal((await house.logs({ id }))?.text, told)
  assert.equal((await house.logs({ id: other.id }))?.text, '0007\n')
})

test('library: reads give nothing while no daemon runs, and start none', async (t) => {
  const { home, paths } = makeHouse(t)
  const house = connectWith('curfew', { home })
  assert.deepEqual(await Promise.all([house.jobs(), house.job(1), house.groups()]), [
    undefined,
    undefined,
    undefined,
  ])
  assert.equal(existsSync(paths.home), false)
})

test('a job whose answer was lost is asked for again with the same ticket, and submitted once', async (t) => {
  const { house } = await startDaemon(t)
  for (const lost of [1, 2, 3]) {
    const paths = { ...house.paths, socket: await proxyThatLoses(t, house.paths.socket, lost) }
    const client = clientOf(paths)
    const before = (await askHouse(house, 'jobs', {})).length
    const input = { ...inheritedBy({}, '/'), command: ['true'] }
    const job = await client.demand('run', input)
    const jobs = await askHouse(house, 'jobs', {})
    assert.equal(jobs.length, before + 1, `${lost} answers lost`)
    assert.equal(jobs[0]?.id, job.id)
  }
})

test('J1: a wait whose answer is lost is asked again', async (t) => {
  const { house } = await startDaemon(t)
  const gate = join(house.folder, 'gate')
  const shell = `until [ -e ${gate} ]; do sleep 0.02; done; exit 3`
  const { id } = await askHouse(house, 'run', {
    shell,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
  })
  const paths = {
    ...house.paths,
    socket: await proxyThatLoses(t, house.paths.socket, 6, 'at once'),
  }
  const waiting = waitForJobs(clientOf(paths), [id], {})
  writeFileSync(gate, '')
  assert.partialDeepStrictEqual(await waiting, { ended: true, jobs: [{ exit_code: 3 }] })
})

test('waiting for what is not there says so at once', async (t) => {
  const { house } = await startDaemon(t)
  await assert.rejects(
    waitForJobs(clientOf(house.paths), [7], {}),
    (error) => error instanceof ProblemError && error.problem.kind === 'not_found',
  )
})

function clientOf(paths: Paths) {
  const command = { argv: ['curfew'], home: undefined }
  return createClient({ paths, command, environment: {}, mayStart: async () => false })
}

/** Passes requests on, but breaks the connection when the first answers come, or before they can. */
async function proxyThatLoses(
  t: TestContext,
  socket: string,
  count: number,
  when: 'at once' | 'answered' = 'answered',
): Promise<string> {
  let left = count
  const server = createServer((incoming) => {
    incoming.on('error', () => incoming.destroy())
    const loses = left > 0
    left -= 1
    if (loses && when === 'at once') return void incoming.destroy()
    const outgoing = connectTo(socket)
    outgoing.on('error', () => incoming.destroy())
    incoming.pipe(outgoing)
    if (loses) outgoing.once('data', () => incoming.destroy())
    else outgoing.pipe(incoming)
  })
  onEnd(t, () => server.close())
  const path = join(tempDir(t), 'proxy.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return path
}
