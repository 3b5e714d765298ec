import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elapsedBetween, type Seen, setBetween } from '../../src/domain/elapsed.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEFORE: Seen = { wallMs: 1_790_000_000_000, bootMs: 50 * HOUR, bootId: 'a' }

function later(wallMs: number, bootMs: number, bootId = 'a'): Seen {
  return { wallMs: BEFORE.wallMs + wallMs, bootMs: BEFORE.bootMs + bootMs, bootId }
}

test('S2: time that passed while no daemon ran is told by the boot clock', () => {
  assert.equal(elapsedBetween(BEFORE, later(HOUR, HOUR)), HOUR)
  assert.equal(elapsedBetween(BEFORE, BEFORE), 0)
})

test('S2: a clock that was set meanwhile neither invents idleness nor keeps the house awake', () => {
  assert.equal(elapsedBetween(BEFORE, later(DAY + HOUR, HOUR)), HOUR)
  assert.equal(elapsedBetween(BEFORE, later(HOUR - DAY, HOUR)), HOUR)
})

test('S2: a boot clock that jumped, as in a container, is not believed alone', () => {
  assert.equal(elapsedBetween(BEFORE, later(HOUR, HOUR + DAY)), HOUR)
  assert.equal(elapsedBetween(BEFORE, later(HOUR, -20 * HOUR)), HOUR)
})

test('S2: across a restart of the machine there is only the wall clock, which never runs backwards', () => {
  assert.equal(elapsedBetween(BEFORE, later(HOUR, -49 * HOUR, 'b')), HOUR)
  assert.equal(elapsedBetween(BEFORE, later(-HOUR, -49 * HOUR, 'b')), 0)
})

test('S2: never negative, and never more than the boot clock of the same boot says', () => {
  const ms = fc.integer({ min: -DAY * 400, max: DAY * 400 })
  fc.assert(
    fc.property(ms, fc.integer({ min: 0, max: DAY * 400 }), (wallMs, bootMs) => {
      const passed = elapsedBetween(BEFORE, later(wallMs, bootMs))
      assert.ok(passed >= 0 && passed <= bootMs)
    }),
  )
})

test('W6: a clock that was set is found by the boot clock, small differences are not', () => {
  assert.equal(setBetween(BEFORE, later(HOUR + DAY, HOUR)), DAY)
  assert.equal(setBetween(BEFORE, later(-DAY, 0)), -DAY)
  assert.equal(setBetween(BEFORE, later(HOUR + 1_500, HOUR)), 0)
  assert.equal(setBetween(BEFORE, later(HOUR + DAY, HOUR, 'b')), 0)
})
