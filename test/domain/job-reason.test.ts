import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEnded, type Job } from '../../src/domain/job.ts'
import { newJob } from '../../src/domain/job-moves.ts'
import { reasonFor } from '../../src/domain/job-reason.ts'
import { awake, CREATED_MS, draft } from '../support/jobs.ts'
import { anyJob } from '../support/job-arbitraries.ts'

const queued = newJob(draft(9, { after: [3, 4], group: 'build' }), { unmet: 0, doomedBy: null })
const running = (more: Partial<Extract<Job, { status: 'running' }>> = {}): Job => {
  const { wait: _, unmet: _unmet, doomedBy: _doomedBy, ...common } = queued
  const run = { phase: 'starting', startedMs: 0, clock: { ranMs: 0, since: null } } as const
  return { ...common, status: 'running', run, intent: null, ...more }
}

const intent = { signal: 'SIGTERM', askedMs: 0, ...awake(0) }
const until = { kind: 'until', atMs: CREATED_MS } as const

const cases: readonly [string, Job, RegExp][] = [
  ['waits for its turn', queued, /^waits for its turn in group "build"$/],
  ['waits for others', { ...queued, unmet: 2 }, /^waits for 2 of: 3, 4$/],
  ['waits for its time', { ...queued, wait: until }, /^waits until 2026-11-20T09:00:00\.000Z$/],
  [
    'could not be started',
    { ...queued, wait: until, badStarts: 2 },
    /until .*after 2 starts that failed$/,
  ],
  [
    'could not be started once',
    { ...queued, wait: until, badStarts: 1 },
    /until .*after a start that failed$/,
  ],
  ['comes after one that failed', { ...queued, doomedBy: 3 }, /job 3, which did not succeed/],
  ['is held', { ...queued, status: 'paused' }, /^paused before it was started$/],
  ['is being started', running(), /^being started$/],
  ['is being killed', running({ intent: { why: 'kill', ...intent } }), /killed on request/],
  ['is being timed out', running({ intent: { why: 'timeout', ...intent } }), /time is over/],
  ['is without a waiter', running({ intent: { why: 'lost', ...intent } }), /waiter is gone/],
]

for (const [what, job, reason] of cases) {
  test(`a job that ${what} says so`, () => assert.match(reasonFor(job) ?? '', reason))
}

test('J8: a job that only waits for its turn says that its group is paused', () => {
  assert.equal(reasonFor(queued, true), 'waits: group "build" is paused')
  assert.equal(reasonFor({ ...queued, unmet: 2 }, true), 'waits for 2 of: 3, 4')
})

test('J2: every job that has ended says how, and only one that simply runs has nothing to say', () => {
  fc.assert(
    fc.property(anyJob, (job) => {
      const reason = reasonFor(job)
      if (isEnded(job)) assert.equal(reason, job.end.reason)
      else if (job.status !== 'running') assert.notEqual(reason ?? '', '')
    }),
  )
})
