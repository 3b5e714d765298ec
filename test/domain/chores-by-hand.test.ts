import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choresLeft } from '../../src/domain/chores.ts'
import { askForChore, resetChore } from '../../src/domain/chores-by-hand.ts'
import {
  BAD,
  ends,
  factsOf,
  GOOD,
  LIST,
  liveThrough,
  newDay,
  next,
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
  assert.equal(standing(at, 'a'), 'waiting')
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
