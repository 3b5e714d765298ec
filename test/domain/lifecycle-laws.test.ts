import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LifecycleFacts, LifecycleMemory } from '../../src/domain/lifecycle.ts'
import { decided, HELD, HOUR, house, NOW, QUIET, STATES } from '../support/house-facts.ts'

const anyCount = fc.integer({ min: 0, max: 2 })
const anyFacts: fc.Arbitrary<LifecycleFacts> = fc.record({
  nowMs: fc.constant(NOW),
  wallMs: fc.constant(QUIET.wallMs),
  startedMs: fc.constant(QUIET.startedMs),
  act: fc.option(
    fc.record({ atMs: fc.integer({ min: NOW - HOUR, max: NOW }), by: fc.constant('x') }),
  ),
  wrappers: fc.record({
    fresh: anyCount,
    present: anyCount,
    unheard: anyCount,
    lastActMs: fc.constant(null),
  }),
  holds: fc.constantFrom([], HELD),
  jobs: fc.record({ running: anyCount, queued: anyCount }),
  reports: fc.record({ running: anyCount }),
  followUps: fc.record({ pending: anyCount }),
  chores: fc.constantFrom([], ['store']),
  systemIdle: fc.constant({ kind: 'unknown', why: 'no such tool' } as const),
})
const anyMemory = fc
  .tuple(fc.constantFrom(...STATES), fc.integer({ min: 0, max: 5 * HOUR }), fc.option(fc.boolean()))
  .map(([state, idleMs, force]): LifecycleMemory => {
    const bedtimeByHand = force === null ? null : { atMs: NOW - idleMs + 1, force }
    return { ...house(state, idleMs), bedtimeByHand }
  })
const DEPTH = { WAKE: 0, DROWSY: 1, BEDTIME: 2, ASLEEP: 3 } as const

test('S1: deciding twice on the same facts changes nothing, but for the step from bed to sleep', () => {
  fc.assert(
    fc.property(anyFacts, anyMemory, (facts, memory) => {
      const first = decided(facts, memory)
      const second = decided({ ...facts, act: null }, first.memory)
      if (second.memory.state === 'ASLEEP') return
      assert.deepEqual(second.memory, first.memory)
    }),
    { numRuns: 3_000 },
  )
})

test('S1: the longer nobody acts, the deeper the state', () => {
  fc.assert(
    fc.property(
      anyFacts,
      anyMemory,
      fc.integer({ min: 1, max: 5 * HOUR }),
      (facts, memory, more) => {
        const quiet = { ...facts, act: null }
        const longer = {
          ...memory,
          lastAct: { ...memory.lastAct, atMs: memory.lastAct.atMs - more },
        }
        const [sooner, later] = [decided(quiet, memory), decided(quiet, longer)]
        assert.ok(DEPTH[later.memory.state] >= DEPTH[sooner.memory.state])
      },
    ),
    { numRuns: 3_000 },
  )
})

test('S3: what is foretold comes, at its time', () => {
  fc.assert(
    fc.property(anyFacts, anyMemory, (facts, memory) => {
      const { next, memory: after } = decided({ ...facts, chores: [] }, memory)
      if (next === null) return
      const inMs = next.atMs - facts.wallMs
      const heard = { ...facts.wrappers, unheard: 0 }
      const then = { ...facts, act: null, chores: [], wrappers: heard, nowMs: NOW + inMs }
      assert.equal(decided(then, after).memory.state, next.state)
    }),
    { numRuns: 3_000 },
  )
})
