import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Intent } from '../../src/domain/job.ts'
import { pauseClock, ranFor, resumeClock, startClock } from '../../src/domain/job-run.ts'
import { graceLeft, watchTimeout } from '../../src/domain/job-timeout.ts'
import { awake } from '../support/jobs.ts'

const intent = (more: Partial<Intent> = {}): Intent => ({
  why: 'timeout',
  signal: 'SIGTERM',
  askedMs: 0,
  ...awake(1_000),
  ...more,
})

test('J6: a job has had its time when it has run that long, and not before', () => {
  const clock = startClock(awake(1_000))
  const watch = (nowMs: number) => watchTimeout({ timeoutMs: 500 }, clock, awake(nowMs))
  assert.deepEqual(watch(1_000), { do: 'wait', inMs: 500 })
  assert.deepEqual(watch(1_499), { do: 'wait', inMs: 1 })
  assert.deepEqual(watch(1_500), { do: 'time out', ranMs: 500 })
  assert.deepEqual(watch(9_000), { do: 'time out', ranMs: 8_000 })
})

test('J6: without a limit nothing is ever timed out', () => {
  assert.deepEqual(watchTimeout({ timeoutMs: 0 }, startClock(awake(0)), awake(1e12)), {
    do: 'nothing',
  })
})

test('J6: paused time does not count, and a paused job is not timed out by waiting', () => {
  const paused = pauseClock(startClock(awake(1_000)), awake(1_400))
  assert.deepEqual(watchTimeout({ timeoutMs: 500 }, paused, awake(99_000)), { do: 'nothing' })
  const resumed = resumeClock(paused, awake(99_000))
  assert.deepEqual(watchTimeout({ timeoutMs: 500 }, resumed, awake(99_050)), {
    do: 'wait',
    inMs: 50,
  })
})

test('J2: what ran before the machine was started anew is not timed out by the new clock', () => {
  const clock = startClock(awake(1_000))
  const step = watchTimeout({ timeoutMs: 500 }, clock, awake(900_000, 'boot-b'))
  assert.deepEqual(step, { do: 'wait', inMs: 500 })
})

test('J6: a clock that fell back takes nothing away and gives nothing', () => {
  const clock = startClock(awake(1_000))
  assert.equal(ranFor(clock, awake(200)), 0)
})

test('J6: running time is the sum of what passed while it was not paused, however often that was', () => {
  const stretches = fc.array(fc.record({ run: fc.nat(10_000), pause: fc.nat(10_000) }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(stretches, fc.nat(1e9), (list, startMs) => {
      let nowMs = startMs
      let clock = startClock(awake(nowMs))
      for (const { run, pause } of list) {
        clock = pauseClock(clock, awake((nowMs += run)))
        assert.deepEqual(
          pauseClock(clock, awake(nowMs + 5)),
          clock,
          'pausing twice is pausing once',
        )
        clock = resumeClock(clock, awake((nowMs += pause)))
        assert.deepEqual(resumeClock(clock, awake(nowMs + 5)), clock, 'so is resuming')
      }
      assert.equal(
        ranFor(clock, awake(nowMs)),
        list.reduce((sum, { run }) => sum + run, 0),
      )
    }),
  )
})

test('J6: a job that is to end has its grace, and what was begun under another daemon goes on', () => {
  const left = (nowMs: number) => graceLeft(intent(), 300, awake(nowMs))
  assert.deepEqual([left(1_000), left(1_100), left(1_300), left(9_000)], [300, 200, 0, 0])
})

test('J6: who asks for KILL, or gives no grace, gets it at once', () => {
  assert.equal(graceLeft(intent({ signal: 'SIGKILL' }), 9_999, awake(1_000)), 0)
  assert.equal(graceLeft(intent(), 0, awake(1_000)), 0)
})

test('J6: a grace that began before the machine was started anew is over', () => {
  assert.equal(graceLeft(intent(), 300, awake(1_001, 'boot-b')), 0)
})

test('J6: a clock that fell back gives no more than the whole grace', () => {
  assert.equal(graceLeft(intent(), 300, awake(0)), 300)
})
