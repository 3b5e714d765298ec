import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findGone, type HolderLook } from '../../src/domain/task-holders.ts'

const LOOK: HolderLook = {
  holding: ['u'],
  seen: new Map(),
  missing: new Map(),
  nowMs: 1_000,
  graceUntilMs: -Infinity,
  afterMs: 90,
}

function gone(changes: Partial<HolderLook>): string[] {
  return [...findGone({ ...LOOK, ...changes }).gone.keys()]
}

test('T3: an orphan has left at once; who is fresh or only quiet has not', () => {
  assert.deepEqual(gone({ seen: new Map([['u', 'orphan']]) }), ['u'])
  assert.deepEqual(gone({ seen: new Map([['u', 'fresh']]) }), [])
  assert.deepEqual(gone({ seen: new Map([['u', 'stale']]), missing: new Map([['u', 0]]) }), [])
})

test('T3: who is not to be seen has left after so long without a break, and not before', () => {
  const first = findGone(LOOK)
  assert.deepEqual([[...first.gone], [...first.missing]], [[], [['u', 1_000]]])
  const { missing } = first
  assert.deepEqual(gone({ missing, nowMs: 1_089 }), [])
  assert.deepEqual(gone({ missing, nowMs: 1_090 }), ['u'])
  const back = findGone({ ...LOOK, missing, nowMs: 1_050, seen: new Map([['u', 'fresh']]) })
  assert.equal(back.missing.size, 0)
  assert.deepEqual(gone({ missing: back.missing, nowMs: 2_000 }), [])
})

test('T3: while all have time to speak nobody who is missing is given up, and an orphan is', () => {
  const missing = new Map([['u', 0]])
  assert.deepEqual(gone({ missing, graceUntilMs: 1_001 }), [])
  assert.deepEqual(gone({ missing, graceUntilMs: 1_000 }), ['u'])
  assert.deepEqual(gone({ seen: new Map([['u', 'orphan']]), graceUntilMs: 2_000 }), ['u'])
})

test('T3: who holds nothing is not looked for, and who let go is forgotten', () => {
  const found = findGone({
    ...LOOK,
    holding: [],
    missing: new Map([['u', 0]]),
    seen: new Map([['u', 'orphan']]),
  })
  assert.deepEqual([found.gone.size, found.missing.size], [0, 0])
})
