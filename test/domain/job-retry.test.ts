import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EndedStatus, JobEnd } from '../../src/domain/job.ts'
import { unstartable } from '../../src/domain/job-end.ts'
import { newJob } from '../../src/domain/job-moves.ts'
import { afterBadStart, afterEnd } from '../../src/domain/job-retry.ts'
import { draft, FAILED, seen } from '../support/jobs.ts'
import { anyEnd } from '../support/job-arbitraries.ts'

const NOW = seen(5_000)
const job = (retries: number, retriesLeft = retries) => ({
  ...newJob(draft(1, { retries }), { unmet: 0, doomedBy: null }),
  retriesLeft,
})

const RETRIED: readonly EndedStatus[] = ['failed', 'signalled', 'timed_out', 'oom']

test('J8: only what failed by itself is tried again unasked, as often as was said', () => {
  fc.assert(
    fc.property(anyEnd, fc.nat(3), (end: JobEnd, retries) => {
      const { kind } = afterEnd(job(retries), end, NOW)
      assert.equal(kind, retries > 0 && RETRIED.includes(end.status) ? 'again' : 'final')
    }),
  )
})

test('J8: each retry waits twice as long as the one before, up to five minutes', () => {
  const waits = Array.from({ length: 12 }, (_, used) => {
    const after = afterEnd(job(12, 12 - used), FAILED, NOW)
    assert.ok(after.kind === 'again' && after.wait.kind === 'delay')
    assert.deepEqual(after.wait.from, NOW)
    return after.wait.ms / 1_000
  })
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
})

test('J8: with fewer retries than it once had, the wait is the first', () => {
  const after = afterEnd(job(0, 3), FAILED, NOW)
  assert.ok(after.kind === 'again' && after.wait.kind === 'delay')
  assert.equal(after.wait.ms, 1_000)
})

test('J3: a start that failed for a passing reason is tried again, but not for ever', () => {
  const waits: number[] = []
  let badStarts = 0
  for (;;) {
    const after = afterBadStart({ badStarts }, 'fork: EAGAIN', NOW)
    if (after.kind === 'never') {
      assert.deepEqual(after.end, unstartable('fork: EAGAIN, 6 times in a row'))
      break
    }
    assert.ok(after.wait.kind === 'delay')
    waits.push(after.wait.ms)
    badStarts = after.badStarts
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000])
})
