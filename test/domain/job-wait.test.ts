import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Wait, waitLeft, waitOverMs } from '../../src/domain/job-wait.ts'
import { CREATED_MS, seen } from '../support/jobs.ts'

const HOUR = 3_600_000
const delay: Wait = { kind: 'delay', ms: HOUR, from: seen(10_000) }
const until: Wait = { kind: 'until', atMs: CREATED_MS + HOUR }

const cases: readonly [string, Wait, ReturnType<typeof seen>, number][] = [
  ['a delay has all of it left when it is asked for', delay, seen(10_000), HOUR],
  ['a delay is over when it has passed', delay, seen(10_000 + HOUR), 0],
  ['a delay stays over', delay, seen(10_000 + 9 * HOUR), 0],
  [
    'a clock set forward does not shorten a delay',
    delay,
    seen(11_000, CREATED_MS + 9 * HOUR),
    HOUR - 1_000,
  ],
  ['a clock set back does not lengthen a delay', delay, seen(11_000, 0), HOUR - 1_000],
  [
    'after a restart the dates count',
    delay,
    seen(1_000, CREATED_MS + 10_000 + HOUR / 2, 'boot-b'),
    HOUR / 2,
  ],
  [
    'after a restart with a date from before, the uptime counts',
    delay,
    seen(HOUR / 4, 0, 'boot-b'),
    (HOUR * 3) / 4,
  ],
  [
    'a boot clock that is behind is another boot, whatever its name',
    delay,
    seen(1_000, CREATED_MS + 10_000 + HOUR),
    0,
  ],
  ['a date is what the wall clock shows', until, seen(5, CREATED_MS + HOUR - 7), 7],
  ['a date is over when the wall clock shows it', until, seen(5, CREATED_MS + HOUR), 0],
  ['a date is over when the wall clock is set beyond it', until, seen(5, CREATED_MS + 9 * HOUR), 0],
  ['a date is off again when the wall clock is set back', until, seen(2 * HOUR, CREATED_MS), HOUR],
]

for (const [name, wait, now, leftMs] of cases) {
  test(`J8: ${name}`, () => assert.equal(waitLeft(wait, now), leftMs))
}

test('J8: within one boot a delay is over when exactly that much has passed, however the clock is set', () => {
  fc.assert(
    fc.property(
      fc.nat(HOUR),
      fc.nat(HOUR),
      fc.integer({ min: -1e12, max: 1e12 }),
      (ms, passedMs, setMs) => {
        const wait: Wait = { kind: 'delay', ms, from: seen(500) }
        const now = seen(500 + passedMs, CREATED_MS + setMs)
        assert.equal(waitLeft(wait, now), Math.max(0, ms - passedMs))
      },
    ),
  )
})

test('J8: a wait that ends says when', () => {
  assert.equal(waitOverMs(until), CREATED_MS + HOUR)
  assert.equal(waitOverMs(delay), CREATED_MS + 10_000 + HOUR)
})
