import assert from 'node:assert/strict'
import { chmodSync, copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { isActive, isEnded, isUnstarted } from '../../src/domain/job.ts'
import { awake, beginning, ending, idsIn } from '../support/jobs.ts'
import { openTempJobs } from '../support/open-temp-jobs.ts'
import { tempDir } from '../support/temp-dir.ts'

test('J10: the jobs of a store of schema 2 are read, counted and go on where they were', async (t) => {
  const path = join(tempDir(t), 'curfew.db')
  copyFileSync(resolve(import.meta.dirname, '../data/store-schema-2.db'), path)
  chmodSync(path, 0o600)
  const { jobs } = openTempJobs(t, { path })
  const [queued, running, failed] = await jobs.list({ limit: 10 })
  assert.ok(failed !== undefined && isEnded(failed))
  assert.deepEqual(
    [failed.end.status, failed.end.exitCode, failed.acknowledgedMs],
    ['failed', 2, null],
  )
  assert.deepEqual(
    (await jobs.attempts(1)).map(({ end }) => end.exitCode),
    [1],
  )
  assert.ok(running !== undefined && isActive(running) && running.run.phase === 'started')
  assert.deepEqual([running.run.process?.pid, running.run.clock.since], [42, awake(1_000, 'b')])
  assert.ok(queued !== undefined && isUnstarted(queued))
  assert.deepEqual([queued.unmet, queued.wait?.kind, queued.spec.umask], [1, 'until', 0o022])
  assert.deepEqual(
    [...(await jobs.counts())],
    [
      ['queued', 1],
      ['running', 1],
      ['failed', 1],
    ],
  )
  assert.deepEqual(await jobs.groups(), [{ name: 'build', slots: 2, paused: true }])
  await jobs.end([ending(2)])
  const waiting = await jobs.queue({ groups: new Map(), most: 9 })
  await jobs.release(waiting.queued)
  assert.deepEqual(idsIn(await jobs.begin([beginning(3)])), [3])
  assert.equal(await jobs.reserveIds(1), 8)
})
