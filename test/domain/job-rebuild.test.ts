import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isActive, isEnded, type Job, NO_FIGURES } from '../../src/domain/job.ts'
import { newJob, retryJobInPlace } from '../../src/domain/job-moves.ts'
import { type FolderTale, rebuildJob } from '../../src/domain/job-rebuild.ts'
import { draft, FAILED } from '../support/jobs.ts'

const NOW = { awakeMs: 50, bootId: 'b', wallMs: 9_000 }
const asked = draft(3, { session: 's' })
const queued = newJob(asked, { unmet: 0, doomedBy: null })
const running: Job = {
  ...commonOf(queued),
  status: 'running',
  intent: null,
  run: { phase: 'starting', startedMs: 1, clock: { ranMs: 0, since: null } },
}
const failed: Job = {
  ...commonOf(queued),
  status: 'failed',
  run: null,
  end: FAILED,
  startedMs: 1,
  endedMs: 2,
  figures: NO_FIGURES,
  bytes: 0,
  acknowledgedMs: null,
}

test('J10: a job of which only the folder is left waits, or is taken up where it was', () => {
  assert.deepEqual(rebuildJob(undefined, asked, { kind: 'not started' }, NOW), queued)
  const taken = rebuildJob(undefined, asked, { kind: 'started', attempt: 2, startedMs: 7 }, NOW)
  assert.ok(taken !== undefined && isActive(taken))
  assert.deepEqual([taken.attempt, taken.run.startedMs, taken.intent], [2, 7, null])
})

test('J10: what was over before it was started is lost, not run again, and owed to its session', () => {
  const over = rebuildJob(undefined, asked, { kind: 'cancelled', attempt: 1 }, NOW)
  assert.ok(over !== undefined && isEnded(over))
  assert.deepEqual([over.status, over.endedMs, over.acknowledgedMs], ['lost', 9_000, null])
  const nobody = rebuildJob(undefined, draft(3), { kind: 'cancelled', attempt: 1 }, NOW)
  assert.ok(nobody !== undefined && isEnded(nobody))
  assert.equal(nobody.acknowledgedMs, 9_000)
})

const startedAs = (attempt: number): FolderTale => ({ kind: 'started', attempt, startedMs: 7 })
const started = startedAs(1)
const cancelled: FolderTale = { kind: 'cancelled', attempt: 1 }

test('J10: an old copy of the store that has as queued what has since been started is put right', () => {
  const status = (record: Job, tale: FolderTale) => rebuildJob(record, asked, tale, NOW)?.status
  assert.equal(status(queued, started), 'running')
  assert.equal(status(queued, cancelled), 'lost')
  assert.equal(status(failed, startedAs(2)), 'running')
})

test('J10: a record that knows as much as the folder stays as it is', () => {
  for (const record of [queued, running, failed]) {
    assert.equal(rebuildJob(record, asked, { kind: 'not started' }, NOW), undefined)
  }
  for (const record of [running, failed]) {
    assert.equal(rebuildJob(record, asked, started, NOW), undefined)
    assert.equal(rebuildJob(record, asked, cancelled, NOW), undefined)
  }
  assert.ok(isEnded(failed))
  const again = retryJobInPlace(failed, { unmet: 0, doomedBy: null })
  assert.equal(rebuildJob(again, asked, started, NOW), undefined)
})

function commonOf({
  id,
  spec,
  createdMs,
  parent,
  retryOf,
  attempt,
  retriesLeft,
  badStarts,
  progress,
}: Job) {
  return { id, spec, createdMs, parent, retryOf, attempt, retriesLeft, badStarts, progress }
}
