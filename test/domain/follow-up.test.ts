import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type DeliveryFacts,
  type FollowUp,
  type FollowUpRules,
  nextTryMs,
  planDeliveries,
} from '../../src/domain/follow-up.ts'

const RULES: FollowUpRules = { tries: 3, fromMs: 1_000, toMs: 8_000, expireMs: 100_000 }

function owed(id: number, changes: Partial<FollowUp> = {}): FollowUp {
  const rest = { createdMs: 10_000, attempts: 0, nextMs: 10_000, problem: null }
  return { id, job: id + 100, session: 's', state: 'pending', ...rest, ...changes }
}

function facts(pending: readonly FollowUp[], changes: Partial<DeliveryFacts> = {}): DeliveryFacts {
  return { nowMs: 20_000, graceMs: 0, pending, canPush: true, busy: new Set(), free: 4, ...changes }
}

test('F4: what one session is owed makes one delivery, the oldest first', () => {
  const plan = planDeliveries(
    facts([owed(1), owed(2, { nextMs: 90_000 }), owed(3, { session: 't' })]),
    RULES,
  )
  assert.deepEqual(
    plan.deliver.map(({ session, followUps }) => [session, followUps.map(({ id }) => id)]),
    [
      ['s', [1, 2]],
      ['t', [3]],
    ],
  )
})

test('F3: what waits for its next try holds up what is younger, and says when', () => {
  const plan = planDeliveries(facts([owed(1, { nextMs: 23_000, attempts: 1 }), owed(2)]), RULES)
  assert.deepEqual([plan.deliver, plan.giveUp, plan.againInMs], [[], [], 3_000])
})

test('F3: after the last try, or when nobody has fetched it for long, it is given up', () => {
  const tried = owed(1, { attempts: 3, nextMs: 5_000 })
  assert.deepEqual(planDeliveries(facts([tried]), RULES).giveUp, [1])
  assert.deepEqual(planDeliveries(facts([tried], { busy: new Set(['s']) }), RULES).giveUp, [])
  const old = planDeliveries(facts([owed(1)], { nowMs: 110_000, canPush: false }), RULES)
  assert.deepEqual(old.giveUp, [1])
  const kept = planDeliveries(facts([owed(1)], { nowMs: 9e9, canPush: false }), {
    ...RULES,
    expireMs: 0,
  })
  assert.deepEqual([kept.giveUp, kept.againInMs], [[], null])
})

test('F3: a clock that was set back holds up no try, and one that was set ahead gives nothing up before all had their time', () => {
  const back = planDeliveries(facts([owed(1, { nextMs: 86_400_000, attempts: 1 })]), RULES)
  assert.deepEqual(
    back.deliver.map(({ session }) => session),
    ['s'],
  )
  const ahead = { nowMs: 9e9, canPush: false }
  const spared = planDeliveries(facts([owed(1)], { ...ahead, graceMs: 500 }), RULES)
  assert.deepEqual([spared.giveUp, spared.againInMs], [[], 500])
  assert.deepEqual(planDeliveries(facts([owed(1)], ahead), RULES).giveUp, [1])
})

test('F2: with no way to hand them over they wait to be fetched', () => {
  const plan = planDeliveries(facts([owed(1)], { canPush: false }), RULES)
  assert.deepEqual([plan.deliver, plan.againInMs], [[], 90_000])
})

test('F4: a session that is being told is not told twice at once, and not too many at the same time', () => {
  const many = Array.from({ length: 9 }, (_, at) => owed(at, { session: `s${at}` }))
  assert.equal(planDeliveries(facts(many, { free: 2 }), RULES).deliver.length, 2)
  assert.deepEqual(planDeliveries(facts([owed(1)], { busy: new Set(['s']) }), RULES).deliver, [])
})

test('F3: tries back off twice as long each time up to the longest, with some chance in it', () => {
  const waits = [1, 2, 3, 4, 9].map((attempts) => nextTryMs(RULES, attempts, 0, 0.5))
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 8_000])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, chance) => {
        const wait = nextTryMs(RULES, attempts, 0, chance)
        assert.ok(wait >= RULES.fromMs * 0.79 && wait <= RULES.toMs * 1.21)
      },
    ),
  )
})
