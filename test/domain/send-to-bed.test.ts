import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LifecycleFacts } from '../../src/domain/lifecycle.ts'
import { sendToBed } from '../../src/domain/send-to-bed.ts'
import {
  decided,
  HELD,
  HOUR,
  house,
  MINUTE,
  NOW,
  PRESENT,
  QUIET,
  RULES,
  UNHEARD,
} from '../support/house-facts.ts'

test('bedtime by hand is refused as long as something holds it off, and says what', () => {
  const before = house('WAKE', MINUTE)
  const acted = { fresh: 1, present: 0, unheard: 0, lastActMs: NOW - MINUTE }
  const cases: readonly [Partial<LifecycleFacts>, string][] = [
    [{ holds: HELD }, 'hold'],
    [{ jobs: { running: 1, queued: 0 } }, 'jobs'],
    [{ wrappers: PRESENT }, 'wrappers'],
    [{ wrappers: UNHEARD }, 'wrappers'],
    [{ wrappers: acted }, 'wrappers'],
  ]
  for (const [facts, what] of cases) {
    const refused = sendToBed({ ...QUIET, ...facts }, before, RULES, false)
    assert.deepEqual(refused.ok === false && refused.heldBy.map((hold) => hold.what), [what])
  }
})

test('bedtime by hand holds until somebody acts', () => {
  const sent = sendToBed(QUIET, house('WAKE', MINUTE), RULES, false)
  assert.ok(sent.ok)
  const inBed = decided(QUIET, sent.memory).memory
  assert.equal(inBed.state, 'BEDTIME')
  const later = { ...QUIET, nowMs: NOW + MINUTE }
  assert.equal(decided(later, inBed).memory.state, 'BEDTIME')
  const act = { atMs: NOW + 2 * MINUTE, by: 'wake.signal' }
  const woken = decided({ ...QUIET, nowMs: act.atMs, act }, inBed).memory
  assert.equal(woken.state, 'WAKE')
  assert.equal(woken.bedtimeByHand, null)
})

test('force sends to bed whatever is there, but to bed only', () => {
  const facts = { ...QUIET, wrappers: PRESENT, jobs: { running: 1, queued: 0 } }
  const sent = sendToBed(facts, house('WAKE', 0), RULES, true)
  assert.ok(sent.ok)
  const inBed = decided(facts, sent.memory).memory
  assert.equal(inBed.state, 'BEDTIME')
  const muchLater = { ...facts, nowMs: NOW + 9 * HOUR }
  assert.equal(decided(muchLater, inBed).memory.state, 'BEDTIME')
  const left = { ...QUIET, nowMs: NOW + 9 * HOUR }
  assert.equal(decided(left, inBed).memory.state, 'ASLEEP')
  const act = { atMs: NOW + MINUTE, by: 'wrapper 12' }
  assert.equal(decided({ ...facts, nowMs: NOW + MINUTE, act }, inBed).memory.state, 'WAKE')
})
