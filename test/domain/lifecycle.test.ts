import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, type LifecycleFacts, type LifecycleState } from '../../src/domain/lifecycle.ts'
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
  stateAfter,
  STATES,
  UNHEARD,
} from '../support/house-facts.ts'

test('S2: everybody goes to bed in time, step by step', () => {
  assert.equal(stateAfter('WAKE', 5 * MINUTE - 1), 'WAKE')
  assert.equal(stateAfter('WAKE', 5 * MINUTE), 'DROWSY')
  assert.equal(stateAfter('DROWSY', 30 * MINUTE - 1), 'DROWSY')
  assert.equal(stateAfter('DROWSY', 30 * MINUTE), 'BEDTIME')
  assert.equal(stateAfter('BEDTIME', 2 * HOUR - 1), 'BEDTIME')
  assert.equal(stateAfter('BEDTIME', 2 * HOUR), 'ASLEEP')
})

test('S1: missed ticks heal: who is found long idle goes to bed at once, but nobody skips bedtime', () => {
  assert.equal(stateAfter('WAKE', 2 * HOUR), 'BEDTIME')
  assert.equal(stateAfter('DROWSY', 90 * HOUR), 'BEDTIME')
  assert.equal(stateAfter('BEDTIME', 90 * HOUR), 'ASLEEP')
})

test('S2: an act, presence or a hold wakes from anywhere', () => {
  const act = { atMs: NOW - 10, by: 'wake.signal' }
  for (const from of STATES) {
    assert.equal(stateAfter(from, 9 * HOUR, { act }), 'WAKE')
    assert.equal(stateAfter(from, 9 * HOUR, { wrappers: PRESENT }), 'WAKE')
    assert.equal(stateAfter(from, 9 * HOUR, { holds: HELD }), 'WAKE')
  }
})

test('S2: a new home with nobody in it has not been idle for long', () => {
  assert.equal(stateAfter('WAKE', 0), 'WAKE')
})

test('W7: presence holds only who tells nothing of its activity', () => {
  const telling = { fresh: 3, present: 0, unheard: 0, lastActMs: NOW - 40 * MINUTE }
  assert.equal(stateAfter('WAKE', 40 * MINUTE, { wrappers: telling }), 'BEDTIME')
})

test('S3: holds, running jobs and running reports hold bedtime off, and are named', () => {
  const cases: readonly [Partial<LifecycleFacts>, string][] = [
    [{ jobs: { running: 2, queued: 0 } }, 'jobs: 2 running'],
    [{ reports: { running: 1 } }, 'reports: 1 running'],
    [{ wrappers: PRESENT }, 'wrappers: 2 awake'],
    [{ holds: HELD }, 'hold: "make"'],
  ]
  for (const [facts, named] of cases) {
    const { memory, heldBy } = decided({ ...QUIET, ...facts }, house('DROWSY', 50 * MINUTE))
    assert.notEqual(memory.state, 'BEDTIME', named)
    assert.deepEqual(
      heldBy.map(({ what, why }) => `${what}: ${why}`),
      [named],
    )
  }
})

test('S3: a job that begins at night gets everybody out of bed', () => {
  const facts = { ...QUIET, jobs: { running: 1, queued: 0 } }
  const { memory, transition } = decided(facts, house('BEDTIME', HOUR))
  assert.equal(memory.state, 'DROWSY')
  assert.match(transition?.why ?? '', /bedtime is held off \(jobs: 1 running\)/)
})

test('S3: what is queued or owed, and chores, hold sleep off, not bedtime', () => {
  const cases: readonly Partial<LifecycleFacts>[] = [
    { jobs: { running: 0, queued: 1 } },
    { followUps: { pending: 1 } },
    { chores: ['store'] },
  ]
  for (const facts of cases) {
    assert.equal(stateAfter('DROWSY', 3 * HOUR, facts), 'BEDTIME')
    assert.equal(stateAfter('BEDTIME', 3 * HOUR, facts), 'BEDTIME')
    assert.equal(decided({ ...QUIET, ...facts }, house('BEDTIME', 3 * HOUR)).heldBy.length, 1)
  }
})

test('W6: nobody goes deeper before all who may still speak have been heard', () => {
  assert.equal(stateAfter('WAKE', 2 * HOUR, { wrappers: UNHEARD }), 'WAKE')
  assert.equal(stateAfter('BEDTIME', 3 * HOUR, { wrappers: UNHEARD }), 'BEDTIME')
  assert.equal(stateAfter('BEDTIME', MINUTE, { wrappers: UNHEARD }), 'WAKE')
})

test('a time of 0 means that this state never comes by itself', () => {
  assert.equal(stateAfter('WAKE', 9 * HOUR, {}, { ...RULES, bedtimeAfterMs: 0 }), 'DROWSY')
  assert.equal(stateAfter('BEDTIME', 9 * HOUR, {}, { ...RULES, asleepAfterMs: 0 }), 'BEDTIME')
  const neverDrowsy = { ...RULES, drowsyAfterMs: 0 }
  assert.equal(stateAfter('WAKE', 29 * MINUTE, {}, neverDrowsy), 'WAKE')
  assert.equal(stateAfter('WAKE', 30 * MINUTE, {}, neverDrowsy), 'BEDTIME')
})

test('S6: the system is asked only when the answer decides, and only then', () => {
  const rules = { ...RULES, systemIdle: true }
  const asks = (
    from: LifecycleState,
    idleMs: number,
    facts: Partial<LifecycleFacts> = {},
  ): boolean => decide({ ...QUIET, ...facts }, house(from, idleMs), rules).kind === 'ask'
  assert.equal(asks('WAKE', MINUTE), false)
  assert.equal(asks('WAKE', 5 * MINUTE), true)
  assert.equal(asks('DROWSY', 29 * MINUTE), false)
  assert.equal(asks('DROWSY', 31 * MINUTE), true)
  assert.equal(asks('DROWSY', 31 * MINUTE, { reports: { running: 1 } }), false)
  assert.equal(asks('ASLEEP', 9 * HOUR), false)
})

test('S6: a person at the machine counts as an act; not to know does not', () => {
  const rules = { ...RULES, systemIdle: true }
  const after = (systemIdle: LifecycleFacts['systemIdle']): LifecycleState =>
    stateAfter('DROWSY', HOUR, { systemIdle }, rules)
  assert.equal(after({ kind: 'active' }), 'WAKE')
  assert.equal(after({ kind: 'idle', forMs: 2 * MINUTE }), 'WAKE')
  assert.equal(after({ kind: 'idle', forMs: 6 * MINUTE }), 'DROWSY')
  assert.equal(after({ kind: 'idle', forMs: 3 * HOUR }), 'BEDTIME')
  assert.equal(after({ kind: 'idle', forMs: null }), 'BEDTIME')
  assert.equal(after({ kind: 'unknown', why: 'no such tool' }), 'BEDTIME')
})

test('S5: a daemon that has just begun stays for a while before it leaves a house asleep', () => {
  const asleep = house('ASLEEP', 9 * HOUR)
  const young = decided({ ...QUIET, startedMs: NOW - 1_000 }, asleep)
  assert.deepEqual([young.leave, young.againInMs], [false, 89_000])
  assert.equal(decided(QUIET, asleep).leave, true)
  assert.equal(decided({ ...QUIET, wrappers: UNHEARD }, asleep).leave, false)
  assert.equal(decided(QUIET, asleep, { ...RULES, exitWhenAsleep: false }).leave, false)
})

test('S7: a transition tells from, to and why; staying tells nothing', () => {
  const { transition, memory } = decided(QUIET, house('WAKE', 6 * MINUTE))
  assert.deepEqual(transition, {
    from: 'WAKE',
    to: 'DROWSY',
    why: 'nobody has acted for 5 m',
    idleMs: 6 * MINUTE,
  })
  assert.deepEqual([memory.sinceMs, memory.reason], [NOW, 'nobody has acted for 5 m'])
  assert.equal(decided(QUIET, house('WAKE', MINUTE)).transition, null)
})

test('S3: what comes next is said with its date, and not said where it is held off', () => {
  const { wallMs } = QUIET
  const nextOf = (from: LifecycleState, idleMs: number, facts: Partial<LifecycleFacts> = {}) =>
    decided({ ...QUIET, ...facts }, house(from, idleMs)).next
  assert.deepEqual(nextOf('WAKE', MINUTE), { state: 'DROWSY', atMs: wallMs + 4 * MINUTE })
  assert.deepEqual(nextOf('DROWSY', 10 * MINUTE), { state: 'BEDTIME', atMs: wallMs + 20 * MINUTE })
  assert.deepEqual(nextOf('BEDTIME', HOUR), { state: 'ASLEEP', atMs: wallMs + HOUR })
  assert.equal(nextOf('DROWSY', 10 * MINUTE, { reports: { running: 1 } }), null)
  assert.equal(nextOf('WAKE', 0, { wrappers: PRESENT }), null)
  assert.equal(nextOf('ASLEEP', 9 * HOUR), null)
})
