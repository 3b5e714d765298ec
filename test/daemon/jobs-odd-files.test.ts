import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runPaths } from '../../src/host/jobs/run-paths.ts'
import { runCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { look, submit, untilEnds } from '../support/daemon-jobs.ts'
import type { House } from '../support/house.ts'

function putFifo(path: string): void {
  rmSync(path, { recursive: true, force: true })
  execFileSync('mkfifo', [path])
}

test('J10: a FIFO where a spec or the floor of ids belongs keeps no daemon from starting', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  await untilEnds(house, await submit(house, 'exit 3'))
  await first.stop()
  const stray = runPaths(house.paths.jobs, 505)
  mkdirSync(stray.job)
  putFifo(stray.spec)
  mkdirSync(runPaths(house.paths.jobs, 506).job)
  putFifo(runPaths(house.paths.jobs, 506).started)
  putFifo(join(house.paths.jobs, '.ids'))
  await startDaemon(t, { house })
  assert.equal((await look(house, 1)).exit_code, 3)
  assert.equal((await untilEnds(house, await submit(house, 'exit 4'))).exit_code, 4)
})

test('J2, J10: a record that its job has replaced by a FIFO makes it lost, and holds up nobody', async (t) => {
  const { house, status } = await startDaemon(t)
  const exit = 'jobs/$CURFEW_JOB/exit'
  const line = `cd "$CURFEW_HOME"; rm ${exit}; mkfifo ${exit}; exit 5`
  const { status: end, exit_code } = await untilEnds(house, await submit(house, line))
  assert.deepEqual([end, exit_code], ['lost', null])
  assert.deepEqual((await status()).warnings, [])
})

test('J3: an environment that its job has replaced by a FIFO cannot be used again', async (t) => {
  const { house } = await startDaemon(t)
  const env = 'jobs/$CURFEW_JOB/env'
  const id = await submit(house, `cd "$CURFEW_HOME"; rm ${env}; mkfifo ${env}`)
  await untilEnds(house, id)
  await assert.rejects(askHouse(house, 'retry', { id, in_place: false }), /env is not a file/)
  assert.equal((await untilEnds(house, await submit(house, 'exit 4'))).exit_code, 4)
})

test('J10, F5: output that is a link or a FIFO is neither followed nor read, and hides no other follow-up', async (t) => {
  const { house } = await startDaemon(t)
  const good = await submit(house, 'echo fine', { session: 's' })
  const bad = await submit(house, 'echo secret', { session: 's' })
  await untilEnds(house, good)
  await untilEnds(house, bad)
  const { log } = runPaths(house.paths.jobs, bad)
  for (const put of [putLink, putFifo]) {
    put(log)
    const texts = (await askHouse(house, 'followups', { session: 's' })).map(({ text }) => text)
    assert.match(texts[0] ?? '', /\nOutput: \(cannot be read: .*output\.log is not a file/)
    assert.match(texts[1] ?? '', /\n> fine\n$/)
    await refusesToShow(house, bad)
  }
})

function putLink(path: string): void {
  rmSync(path)
  symlinkSync('/etc/passwd', path)
}

async function refusesToShow(house: House, id: number): Promise<void> {
  for (const more of [[], ['-n', '2'], ['-f'], ['--json']]) {
    const { code, stdout, stderr } = await runCurfew(house, ['logs', String(id), ...more])
    assert.equal(code, 1, more.join(' '))
    assert.match(stdout + stderr, /output\.log is not a file of its own/)
    assert.doesNotMatch(stdout, /root:/)
  }
}
