import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Census, takeCensus } from '../../src/domain/census.ts'
import type { EventBody } from '../../src/domain/event.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../../src/host/heartbeat-dir.ts'
import { selfIdentity } from '../../src/host/identity.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { tellChanges } from '../../src/daemon/wrapper-events.ts'
import { startHeartbeat } from '../../src/wrapper/heartbeat.ts'
import { moment, RULES } from '../support/heartbeats.ts'
import { startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

for (const between of ['', ', and again while both names are there']) {
  test(`W1: a wrapper that goes on in another process comes once and leaves once${between}`, async (t) => {
    const paths = resolvePaths(join(tempDir(t), 'home'), {})
    const told: string[] = []
    const look = lookAndTell(paths.wrappers, ({ type }) => told.push(type))
    await look()
    const beating = startHeartbeat({ paths, of: selfIdentity(), ensureDaemon: () => undefined })
    const first = await look()
    beating.follow({ pid: startCommand(t, 'sleep', ['600']).pid })
    if (between !== '') await look(first)
    await look()
    assert.deepEqual(told, ['wrapper_came'])
    beating.leave()
    await look()
    assert.deepEqual(told, ['wrapper_came', 'wrapper_left'])
  })
}

/** Looks at a folder, at what was there before too where that is given, and tells what is news. */
function lookAndTell(path: string, emit: (body: EventBody) => void) {
  const scanner = createHeartbeatScanner()
  let census: Census<HeartbeatFile> | undefined
  let told = tellChanges(null, takeCensus<HeartbeatFile>(undefined, [], moment(), RULES), emit)
  return async (also: readonly HeartbeatFile[] = []) => {
    const { files } = await scanner.scan([{ path, sweep: true }])
    census = takeCensus(census, [...also, ...files], moment(), RULES)
    told = tellChanges(told, census, emit)
    return files
  }
}
