import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createActs } from '../../src/daemon/acts.ts'
import { createHolds } from '../../src/daemon/holds.ts'
import { systemClock } from '../../src/host/clock.ts'

test('X2: a hold that was let go before any turn saw it still counts as a call', () => {
  let wakes = 0
  const wake = (): void => {
    wakes += 1
  }
  const acts = createActs(systemClock, wake)
  const holds = createHolds(acts, wake)
  const letGo = holds.take({ what: 'hold', why: 'the release' })
  assert.deepEqual([holds.list().length, wakes], [1, 1])
  letGo()
  assert.deepEqual([holds.list().length, acts.isPending()], [0, true])
  assert.equal(acts.take()?.by, 'a hold (the release)')
})
