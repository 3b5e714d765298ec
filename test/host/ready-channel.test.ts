import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { openReadyChannel } from '../../src/host/ready-channel.ts'
import { tempDir } from '../support/temp-dir.ts'
import { programPath } from '../support/program.ts'

test('D1: with nobody who asked, nothing is said, and nothing is written to whatever has that number', () => {
  const environment: NodeJS.ProcessEnv = { CURFEW_TICK: '1s' }
  openReadyChannel(environment)({ ready: true, pid: 1 })
  assert.deepEqual(environment, { CURFEW_TICK: '1s' })
})

test('the name is taken out of the environment, so that jobs do not inherit it', () => {
  for (const value of ['3', '4', 'x', '']) {
    const environment: NodeJS.ProcessEnv = { CURFEW_READY_FD: value }
    openReadyChannel(environment)
    assert.deepEqual(environment, {})
  }
})

test('D1: a client that is gone when the daemon is ready is no reason to fail', (t) => {
  const script = programPath('stand-in-daemon.ts')
  const shell = '"$@" 3>&1 1>&2 | true; exit ${PIPESTATUS[0]}'
  const told = `${tempDir(t)}/told`
  const ran = spawnSync(
    'bash',
    ['-c', shell, 'bash', process.execPath, script, 'ready', told, 'daemon'],
    {
      env: { ...process.env, CURFEW_READY_FD: '3' },
      encoding: 'utf8',
    },
  )
  assert.equal(ran.status, 0, ran.stderr)
})
