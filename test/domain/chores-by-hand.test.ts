import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChoreEnd, choresLeft } from '../../src/domain/chores.ts'
import { askForChore, resetChore } from '../../src/domain/chores-by-hand.ts'
import {
  BAD,
  ends,
  factsOf,
  GOOD,
  HOUR,
  LIST,
  liveThrough,
  newDay,
  next,
  type Night,
  night,
  running,
  standing,
} from '../support/chore-nights.ts'

test('S4: one that is asked for runs by day, in quarantine too, and is not stopped by waking', () => {
  const at = night()
  for (let count = 0; count < 3; count += 1) {
    liveThrough(at, (name) => (name === 'a' ? BAD : GOOD))
    newDay(at)
  }
  Object.assign(at, { isNight: false, isUp: true })
  const asked = askForChore(at.memory, LIST, 'a')
  assert.ok(asked.ok)
  at.memory = asked.memory
  assert.deepEqual(choresLeft(at.memory, factsOf(at, null)).includes('a'), true)
  assert.equal(next(at).do, 'start')
  assert.equal(next(at, running(at)).do, 'wait')
  ends(at, GOOD)
  assert.equal(standing(at, 'a'), 'done')
})

test('S4: what ran well by hand is done for the next night, and for that one only', () => {
  const at = night()
  assert.deepEqual(liveThrough(at), ['a', 'b', 'c'])
  newDay(at)
  byHand(at, 'a', GOOD)
  byHand(at, 'a', GOOD)
  byHand(at, 'c', BAD)
  assert.deepEqual(at.memory.done, ['a'])
  assert.deepEqual(liveThrough(at), ['b', 'c'])
  newDay(at)
  assert.deepEqual(liveThrough(at), ['a', 'b', 'c'])
})

test('S4: of a night cut short, what ran well by hand is not run again; where a rest is set, that decides', () => {
  const at = night()
  assert.equal(next(at).do, 'start')
  ends(at, GOOD, 'woken')
  byHand(at, 'a', GOOD)
  byHand(at, 'b', GOOD)
  at.nowMs += HOUR
  assert.equal(standing(at, 'b'), 'resting')
  at.nowMs += 11 * HOUR
  assert.deepEqual(liveThrough(at), ['b', 'c'])
})

test('S4: reset of a chore that is no longer in the config is refused, and changes nothing', () => {
  const at = night()
  for (let count = 0; count < 3; count += 1) {
    liveThrough(at, (name) => (name === 'a' ? BAD : GOOD))
    newDay(at)
  }
  const others = LIST.filter(({ name }) => name !== 'a')
  assert.deepEqual(resetChore(at.memory, others, 'a'), { ok: false, known: ['b', 'c'] })
  assert.equal(standing(at, 'a'), 'quarantined')
})

test('S4: reset lifts the quarantine; an unknown name is refused with the known ones', () => {
  const at = night()
  for (let count = 0; count < 3; count += 1) {
    liveThrough(at, (name) => (name === 'a' ? BAD : GOOD))
    newDay(at)
  }
  const reset = resetChore(at.memory, LIST, 'a')
  assert.ok(reset.ok)
  at.memory = reset.memory
  assert.equal(standing(at, 'a'), 'waiting')
  assert.deepEqual(resetChore(at.memory, LIST, 'x'), { ok: false, known: ['a', 'b', 'c'] })
  assert.deepEqual(askForChore(at.memory, LIST, '__proto__').ok, false)
})

/** Runs one by day as a person would, whatever else is to be done. */
function byHand(at: Night, name: string, end: ChoreEnd): void {
  const asked = askForChore(at.memory, LIST, name)
  assert.ok(asked.ok)
  const { isNight, isUp } = at
  Object.assign(at, { memory: asked.memory, isNight: false, isUp: true })
  assert.equal(next(at).do, 'start')
  ends(at, end)
  Object.assign(at, { isNight, isUp })
}
