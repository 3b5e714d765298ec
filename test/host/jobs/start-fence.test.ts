import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { createJobFolder } from '../../../src/host/jobs/job-folder.ts'
import { runPaths } from '../../../src/host/jobs/run-paths.ts'
import { cancelIfNotStarted, readFence } from '../../../src/host/jobs/start-fence.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { makeRig, missing } from './job-rig.ts'

const CONTENT = { spec: {}, environment: {} }

test('J3: a job that has not started can be cancelled, once and for all', (t) => {
  const paths = createJobFolder(`${tempDir(t)}/jobs`, 1, CONTENT)
  assert.equal(readFence(paths), 'none')
  assert.equal(cancelIfNotStarted(paths), 'cancelled')
  assert.equal(cancelIfNotStarted(paths), 'cancelled')
  assert.equal(readFence(paths), 'cancelled')
  assert.equal(statSync(paths.started).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(paths.run).toSorted(), ['env', 'exit', 'spec.json', 'started'])
})

for (const kind of ['perl', 'plain', 'dash', 'bash', 'busybox'] as const) {
  test(
    `J3: ${kind}: what was cancelled never runs, what has started cannot be cancelled`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const cancelled = createJobFolder(rig.jobs, 100, CONTENT)
      cancelIfNotStarted(cancelled)
      const order = {
        paths: cancelled,
        argv: ['touch', `${rig.home}/ran`],
        cwd: '/',
        umask: 0,
        logCapBytes: 0,
      }
      assert.deepEqual(await rig.launcher.launch(order), { kind: 'taken' })
      assert.deepEqual(
        readdirSync(rig.home).filter((name) => name === 'ran'),
        [],
      )
      const started = await rig.start(['true'])
      assert.equal(cancelIfNotStarted(started.paths), 'started')
      await started.over
      assert.equal(readFence(started.paths), 'started')
    },
  )
}

test('J10: a folder that is gone cannot be cancelled, and that is said', (t) => {
  const paths = runPaths(tempDir(t), 1)
  assert.throws(() => cancelIfNotStarted(paths), /cancelling .*: ENOENT/)
  mkdirSync(paths.run)
  writeFileSync(paths.started, 'whatever a waiter might write')
  assert.equal(cancelIfNotStarted(paths), 'started')
})
