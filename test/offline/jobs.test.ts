import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { StatusView } from '../../src/contract/shapes.ts'
import type { JobDetailView, JobView } from '../../src/contract/jobs.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import type { House } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

test('with no daemon jobs, logs, groups and waiting for what has ended are read from store and files', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  await runCurfew(house, ['run', '--wait', '--name', 'good', '--', 'sh', '-c', 'echo a; echo b'])
  await runCurfew(house, ['run', '--wait', '--session', 's', '--retry', '1', '--', 'false'])
  await runCurfew(house, ['group', 'set', 'gpu', '--slots', '2'])
  await runCurfew(house, ['run', '--group', 'gpu', '--delay', '1h', '--', 'true'])
  const live = await look(house)
  await daemon.stop()
  assert.deepEqual(await look(house), live)
  assert.equal((await runCurfew(house, ['logs', '1'])).stdout, 'a\nb\n')
  assert.equal((await runCurfew(house, ['logs', '1', '-f'])).stdout, 'a\nb\n')
  const waited = await runCurfew(house, ['wait', '2', '1'])
  assert.deepEqual([waited.code, waited.stdout], [1, ''])
  const { jobs, daemon: nobody } = await status(house)
  assert.deepEqual(jobs, { succeeded: 1, failed: 1, queued: 1 })
  assert.equal(nobody.running, false)
  for (const args of [
    ['job', '9'],
    ['logs', '9'],
    ['wait', '1', '9'],
  ]) {
    assert.equal((await runCurfew(house, args)).code, 4, args.join(' '))
  }
})

test('J2: what ended while no daemon ran is told from its folder, and nothing is made up', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const gate = join(house.folder, 'gate')
  const untilThere = `until [ -e ${gate} ]; do sleep 0.02; done`
  await runCurfew(house, ['run', '--shell', `${untilThere}; exit 9`])
  await runCurfew(house, ['run', '--shell', `${untilThere}; kill -SEGV $$`])
  await runCurfew(house, ['run', '--retry', '1', '--shell', `${untilThere}; exit 8`])
  await runCurfew(house, ['run', '--shell', untilThere])
  await waitFor(async () => (await status(house)).jobs.running === 4, { what: 'all to run' })
  await daemon.kill()
  assert.deepEqual((await status(house)).jobs, { running: 4 })
  rmSync((await show(house, 4)).folder, { recursive: true })
  writeFileSync(gate, '')
  await waitFor(async () => (await status(house)).jobs.running === 2, { what: 'two ends' })
  const [first, second, third, fourth] = await Promise.all(
    [1, 2, 3, 4].map((id) => show(house, id)),
  )
  assert.partialDeepStrictEqual(first, { status: 'failed', exit_code: 9, signal: null })
  assert.partialDeepStrictEqual(second, { status: 'signalled', exit_code: null, signal: 'SIGSEGV' })
  assert.equal(third?.status, 'running', 'that it is tried again is for the daemon to say')
  assert.equal(fourth?.status, 'running', 'nothing can tell')
  assert.deepEqual(await listed(house, '--status', 'failed'), [1])
  assert.deepEqual(await listed(house, '--status', 'signalled', '--group', 'default'), [2])
  assert.deepEqual(await listed(house, '--status', 'signalled', '--session', 'other'), [])
  assert.deepEqual(await listed(house, '--status', 'running'), [4, 3])
  assert.deepEqual(await listed(house, '--status', 'running', '-n', '1'), [4])
  assert.deepEqual(await listed(house, '--status', 'running', '-n', '1', '--before', '4'), [3])
  assert.equal((await runCurfew(house, ['wait', '2', '1'])).code, 139)
  const again = await startDaemon(t, { house })
  assert.equal((await runCurfew(house, ['wait', '1', '2', '3'])).code, 9)
  assert.equal((await runCurfew(house, ['wait', '4'])).code, 125)
  await again.stop()
})

async function look(house: House): Promise<unknown> {
  const reads = [['jobs'], ['jobs', '--session', 's'], ['job', '1'], ['job', '2'], ['group']]
  const views: unknown[] = []
  for (const args of [...reads, ['logs', '1'], ['logs', '1', '-n', '1']]) {
    const { code, value } = await runJson(house, [...args, '--json'])
    assert.equal(code, 0, args.join(' '))
    views.push(value)
  }
  SHAPES.jobs.parse(views[0]) satisfies JobView[]
  return views
}

async function listed(house: House, ...args: string[]): Promise<number[]> {
  const { value } = await runJson(house, ['jobs', '--json', ...args])
  return SHAPES.jobs.parse(value).map(({ id }) => id)
}

async function show(house: House, id: number): Promise<JobDetailView> {
  return SHAPES.job.parse((await runJson(house, ['job', String(id), '--json'])).value)
}

async function status(house: House): Promise<StatusView> {
  return SHAPES.status.parse((await runJson(house, ['status', '--json'])).value)
}
