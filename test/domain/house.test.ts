import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { beginHouse } from '../../src/domain/begin-house.ts'
import type { ChoreRecord } from '../../src/domain/chores.ts'
import type { Seen } from '../../src/domain/elapsed.ts'
import { freezeHouse, type House, isWorthSaving, newHouse } from '../../src/domain/house.ts'
import { thawHouse } from '../../src/domain/thaw-house.ts'

const HOUR = 3_600_000
const SEEN: Seen = { wallMs: 1_790_000_000_000, bootMs: 50 * HOUR, bootId: 'a' }
const RECORD: ChoreRecord = {
  outcome: 'failed',
  detail: 'exit code 3',
  endedMs: 49 * HOUR,
  tookMs: 1_200,
  failures: 3,
  deaths: 0,
  quarantinedMs: 49 * HOUR,
}
const HOUSE: House = {
  lifecycle: {
    state: 'BEDTIME',
    sinceMs: 49 * HOUR,
    reason: 'nobody has acted for 30 m',
    lastAct: { atMs: 48.5 * HOUR, by: 'wrapper "shell"' },
    bedtimeByHand: { atMs: 49 * HOUR, force: true },
  },
  chores: {
    records: new Map([
      ['backup', RECORD],
      ['__proto__', { ...RECORD, quarantinedMs: null }],
    ]),
    done: ['retention'],
    over: false,
    asked: ['logs'],
    runs: 17,
    running: null,
  },
}

function after(bootMs: number, wallMs = bootMs, bootId = 'a'): Seen {
  return { wallMs: SEEN.wallMs + wallMs, bootMs: SEEN.bootMs + bootMs, bootId }
}

test('S1: what is frozen thaws as it was', () => {
  const thawed = thawHouse(freezeHouse({ house: HOUSE, seen: SEEN }), SEEN)
  assert.deepEqual(thawed, { house: HOUSE, isNew: false, problem: null, setMs: 0 })
})

test('S2: a restart is no activity: idleness goes on, also across a restart of the machine', () => {
  const text = freezeHouse({ house: HOUSE, seen: SEEN })
  for (const now of [after(HOUR), { ...after(HOUR), bootMs: 60_000, bootId: 'b' }]) {
    const { lifecycle, chores } = thawHouse(text, now).house
    assert.equal(now.bootMs - lifecycle.lastAct.atMs, 2.5 * HOUR)
    assert.equal(now.bootMs - lifecycle.sinceMs, 2 * HOUR)
    assert.equal(now.bootMs - (chores.records.get('backup')?.quarantinedMs ?? 0), 2 * HOUR)
    assert.equal(lifecycle.state, 'BEDTIME')
  }
})

test('S2: a clock that was set while no daemon ran changes nothing, and is told', () => {
  const text = freezeHouse({ house: HOUSE, seen: SEEN })
  for (const setMs of [24 * HOUR, -24 * HOUR]) {
    const thawed = thawHouse(text, after(HOUR, HOUR + setMs))
    assert.equal(after(HOUR).bootMs - thawed.house.lifecycle.lastAct.atMs, 2.5 * HOUR)
    assert.equal(thawed.setMs, setMs)
  }
})

test('S2: a new home begins awake, with nobody idle in it', () => {
  const begun = beginHouse(undefined, SEEN)
  assert.deepEqual(begun.house, newHouse(SEEN.bootMs))
  assert.equal(begun.house.lifecycle.lastAct.atMs, SEEN.bootMs)
  assert.deepEqual(
    begun.events.map((event) => event.type === 'transition' && [event.from, event.to]),
    [[null, 'WAKE']],
  )
})

test('S4: a chore that ran when the daemon died was cut short, and is no failure', () => {
  const running = { name: 'backup', run: 17, byHand: false, ranMs: 5 }
  const house = { ...HOUSE, chores: { ...HOUSE.chores, records: new Map(), running } }
  const { house: begun, events } = beginHouse(freezeHouse({ house, seen: SEEN }), SEEN)
  assert.equal(begun.chores.running, null)
  assert.equal(begun.chores.records.get('backup')?.failures, 0)
  assert.equal(begun.chores.records.get('backup')?.outcome, 'interrupted')
  assert.equal(events.length, 1)
})

test('S2: damage is told, and neither activity nor idleness', () => {
  for (const text of ['', 'garbage', '[]', 'null', '{}', '{"seen":{"wallMs":"x"}}', '7']) {
    const thawed = thawHouse(text, SEEN)
    assert.deepEqual(thawed.house, newHouse(SEEN.bootMs), text)
    assert.equal(thawed.isNew, true)
    assert.notEqual(thawed.problem, null)
  }
})

test('S2: what is damaged in part is kept in part', () => {
  const tree = JSON.parse(freezeHouse({ house: HOUSE, seen: SEEN }))
  tree.lifecycle.state = 'DREAMING'
  tree.chores.runs = -3
  tree.chores.records.push(['x', 'y'], 5)
  const { house, problem } = thawHouse(JSON.stringify(tree), SEEN)
  assert.equal(house.lifecycle.state, 'WAKE')
  assert.deepEqual(house.lifecycle.lastAct, HOUSE.lifecycle.lastAct)
  assert.deepEqual(house.chores.done, ['retention'])
  assert.match(problem ?? '', /state/)
})

test('S2: times from the future are times of now', () => {
  const lastAct = { atMs: 90 * HOUR, by: 'nobody' }
  const house = { ...HOUSE, lifecycle: { ...HOUSE.lifecycle, lastAct } }
  const thawed = thawHouse(freezeHouse({ house, seen: SEEN }), SEEN)
  assert.equal(thawed.house.lifecycle.lastAct.atMs, SEEN.bootMs)
})

test('S2: whatever was kept, thawing it gives a house that can go on', () => {
  const text = freezeHouse({ house: HOUSE, seen: SEEN })
  const bitten = fc
    .tuple(fc.nat({ max: text.length }), fc.string({ maxLength: 8 }), fc.nat({ max: 40 }))
    .map(([at, bite, length]) => text.slice(0, at) + bite + text.slice(at + length))
  const anything = fc.oneof(bitten, fc.json(), fc.string())
  fc.assert(
    fc.property(anything, (kept) => {
      const { house } = thawHouse(kept, SEEN)
      assert.ok(house.lifecycle.lastAct.atMs <= SEEN.bootMs)
      assert.ok(['WAKE', 'DROWSY', 'BEDTIME', 'ASLEEP'].includes(house.lifecycle.state))
      assert.doesNotThrow(() => freezeHouse({ house, seen: SEEN }))
    }),
    { numRuns: 2_000 },
  )
})

test('S2: it is written down when something changed, and activity from time to time', () => {
  const saved = { house: HOUSE, seen: SEEN }
  const withAct = (laterMs: number): House => {
    const lastAct = { ...HOUSE.lifecycle.lastAct, atMs: HOUSE.lifecycle.lastAct.atMs + laterMs }
    return { ...HOUSE, lifecycle: { ...HOUSE.lifecycle, lastAct } }
  }
  const worth = (house: House, seen = SEEN, bedtimeMs = HOUR): boolean =>
    isWorthSaving(saved, { house, seen }, bedtimeMs)
  assert.equal(isWorthSaving(null, saved, HOUR), true)
  assert.equal(worth(HOUSE), false)
  assert.equal(worth(HOUSE, after(HOUR)), false)
  assert.equal(worth(withAct(9_000)), false)
  assert.equal(worth(withAct(10_000)), true)
  assert.equal(worth(withAct(500), SEEN, 10_000), true)
  assert.equal(worth({ ...HOUSE, chores: { ...HOUSE.chores } }), true)
  assert.equal(worth({ ...HOUSE, lifecycle: { ...HOUSE.lifecycle, state: 'WAKE' } }), true)
  assert.equal(worth(HOUSE, after(HOUR, 2 * HOUR)), true)
})
