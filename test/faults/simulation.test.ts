import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenSeeds, describeFailure, findFailure } from '../simulation/find-failure.ts'
import { REAL_DOMAIN } from '../simulation/domain-seam.ts'
import { rounds } from '../support/rounds.ts'

const SEEDS = { from: 1_000_001, most: rounds(150_000) }

test(`S1–S5, S7, W1, W4–W7: ${SEEDS.most} more histories of the house keep every promise`, (t) => {
  const { failure, turns, years } = findFailure(REAL_DOMAIN, chosenSeeds(SEEDS))
  t.diagnostic(`${turns} turns, ${years.toFixed(0)} simulated years`)
  assert.ok(failure === null, failure === null ? '' : describeFailure(failure))
})
