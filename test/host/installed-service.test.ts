import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { serviceStart, startService } from '../../src/host/installed-service.ts'
import { tempDir } from '../support/temp-dir.ts'

function put(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
}

test('X1: with a unit and a manager to start it, systemd is asked; without one of them nobody is', (t) => {
  const HOME = tempDir(t)
  const XDG_RUNTIME_DIR = join(HOME, 'run')
  const environment = { HOME, XDG_RUNTIME_DIR }
  assert.equal(serviceStart(environment, 'linux'), undefined)
  put(join(HOME, '.config/systemd/user/curfew.service'))
  assert.equal(serviceStart(environment, 'linux'), undefined)
  put(join(XDG_RUNTIME_DIR, 'systemd/private'))
  const start = ['/usr/bin/systemctl', '--user', 'start', 'curfew.service']
  assert.deepEqual(serviceStart(environment, 'linux'), start)
  assert.equal(
    serviceStart({ ...environment, XDG_CONFIG_HOME: join(HOME, 'x') }, 'linux'),
    undefined,
  )
  assert.equal(serviceStart({ HOME }, 'linux'), undefined)
  assert.equal(serviceStart({ XDG_RUNTIME_DIR }, 'linux'), undefined)
})

test('X1: on macOS launchd is asked where the agent is installed', (t) => {
  const HOME = tempDir(t)
  assert.equal(serviceStart({ HOME }, 'darwin'), undefined)
  put(join(HOME, 'Library/LaunchAgents/dev.curfew.daemon.plist'))
  const target = `gui/${process.getuid?.()}/dev.curfew.daemon`
  assert.deepEqual(serviceStart({ HOME }, 'darwin'), ['/bin/launchctl', 'kickstart', target])
})

test('X1: a manager that fails, or is not there, is a no', async () => {
  assert.equal(await startService(['true']), true)
  assert.equal(await startService(['false']), false)
  assert.equal(await startService(['/no/such/manager']), false)
})
