import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChoreRun } from '../../src/domain/chores.ts'
import { type House, newHouse } from '../../src/domain/house.ts'
import type { LifecycleState } from '../../src/domain/lifecycle.ts'
import { endRun, takeTurn, type Turn, type TurnFacts } from '../../src/domain/turn.ts'
import { LIST } from '../support/chore-nights.ts'
import { HOUR, house, MINUTE, NOW, QUIET, RULES, STATES } from '../support/house-facts.ts'

const { chores: _none, ...WITHOUT_CHORES } = QUIET
const FACTS: TurnFacts = { ...WITHOUT_CHORES, ranMs: 30_000, chores: { list: LIST, run: null } }

function houseIn(state: LifecycleState, idleMs: number, chores = newHouse(NOW).chores): House {
  return { lifecycle: house(state, idleMs), chores }
}

function turnOf(before: House, facts: Partial<TurnFacts> = {}): Extract<Turn, { kind: 'decided' }> {
  const turn = takeTurn(before, { ...FACTS, ...facts }, RULES)
  return turn.kind === 'decided' ? turn : assert.fail('asks')
}

function withRun(run: ChoreRun): Partial<TurnFacts> {
  return { chores: { list: LIST, run } }
}

const ENDED = {
  state: 'ended',
  run: 1,
  stop: null,
  end: { kind: 'exited', code: 0 },
  tookMs: 10,
} as const

test('S4: going to bed starts the first chore in the same turn, written down before it runs', () => {
  const turn = turnOf(houseIn('DROWSY', HOUR))
  assert.deepEqual(turn.actions, [{ do: 'start', name: 'a', run: 1 }])
  assert.equal(turn.house.chores.running?.name, 'a')
  assert.deepEqual(
    turn.events.map(({ type }) => type),
    ['transition', 'chore_started'],
  )
})

test('S4: an end is settled and the next one started in the same turn', () => {
  const before = turnOf(houseIn('DROWSY', HOUR)).house
  const turn = turnOf(before, withRun(ENDED))
  assert.deepEqual(turn.actions, [
    { do: 'settle', run: 1 },
    { do: 'start', name: 'b', run: 2 },
  ])
  assert.deepEqual(turn.house.chores.done, ['a'])
})

test('S4: waking stops the chore in the same turn', () => {
  const before = turnOf(houseIn('DROWSY', HOUR)).house
  const act = { atMs: NOW, by: 'wake.signal' }
  const turn = turnOf(before, { act, ...withRun({ run: 1, state: 'running', stop: null }) })
  assert.equal(turn.house.lifecycle.state, 'WAKE')
  assert.deepEqual(turn.actions, [{ do: 'stop', run: 1, why: 'woken' }])
})

test('S2: nobody falls asleep before the last chore has ended', () => {
  const done = ['a', 'b']
  const running = { name: 'c', run: 3, byHand: false, ranMs: 0 }
  const before = houseIn('BEDTIME', 3 * HOUR, { ...newHouse(NOW).chores, done, running, runs: 3 })
  const still = turnOf(before, withRun({ run: 3, state: 'running', stop: null }))
  assert.equal(still.house.lifecycle.state, 'BEDTIME')
  assert.deepEqual(still.heldBy, [{ what: 'chores', why: 'to be done: c' }])
  const turn = turnOf(still.house, withRun({ ...ENDED, run: 3 }))
  assert.equal(turn.house.lifecycle.state, 'ASLEEP')
  assert.deepEqual(turn.actions, [{ do: 'settle', run: 3 }, { do: 'leave' }])
})

test('S7: a transition carries the facts it was decided on', () => {
  const facts = { jobs: { running: 0, queued: 2 }, followUps: { pending: 1 } }
  const [event] = turnOf(houseIn('WAKE', 6 * MINUTE), facts).events
  assert.deepEqual(event, {
    type: 'transition',
    from: 'WAKE',
    to: 'DROWSY',
    why: 'nobody has acted for 5 m',
    facts: { idleMs: 6 * MINUTE, fresh: 0, holds: 0, running: 0, queued: 2, pending: 1 },
  })
})

test('S4: the loop turns again when the time of a chore is up, and when a state is due', () => {
  const before = turnOf(houseIn('DROWSY', HOUR)).house
  const run = withRun({ run: 1, state: 'running', stop: null })
  assert.equal(turnOf(before, run).againInMs, 30_000)
  assert.equal(turnOf(houseIn('WAKE', 4 * MINUTE)).againInMs, MINUTE)
})

test('S4: a chore that the daemon ended by leaving is taken in without a turn', () => {
  const before = turnOf(houseIn('DROWSY', HOUR)).house
  const { house: left, events } = endRun(
    before,
    { list: [], run: { ...ENDED, stop: 'leaving' } },
    NOW,
  )
  assert.equal(left.chores.running, null)
  assert.equal(left.chores.records.get('a')?.outcome, 'interrupted')
  assert.deepEqual(
    events.map(({ type }) => type),
    ['chore_ended'],
  )
})

test('S1: a turn may be taken twice with no harm: nothing is told twice, no run is begun twice', () => {
  const anyRun = fc.constantFrom<ChoreRun | null>(
    null,
    { run: 1, state: 'running', stop: null },
    { run: 1, state: 'running', stop: 'woken' },
    ENDED,
  )
  const anyHouse = fc.tuple(fc.constantFrom(...STATES), fc.integer({ min: 0, max: 3 * HOUR }))
  fc.assert(
    fc.property(anyHouse, anyRun, fc.boolean(), ([state, idleMs], run, isRunning) => {
      const running = isRunning ? { name: 'a', run: 1, byHand: false, ranMs: 0 } : null
      const before = houseIn(state, idleMs, { ...newHouse(NOW).chores, runs: 1, running })
      const facts = { ranMs: 0, chores: { list: LIST, run } }
      const first = turnOf(before, facts)
      const second = turnOf(first.house, facts)
      const fellAsleep = second.house.lifecycle.state !== first.house.lifecycle.state
      if (fellAsleep) return assert.equal(second.house.lifecycle.state, 'ASLEEP')
      assert.deepEqual(second.events, [])
      assert.deepEqual(second.actions, first.actions)
    }),
    { numRuns: 1_000 },
  )
})
