import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFailure } from './find-failure.ts'
import { MUTANTS } from './mutants.ts'

const SEEDS = { from: 1, most: 1_500 }

for (const { mistake, domain } of MUTANTS) {
  test(`the simulation catches code that ${mistake}`, (t) => {
    const { failure, histories } = findFailure(domain, SEEDS)
    assert.ok(failure, `lived through ${histories} histories unnoticed`)
    t.diagnostic(`history ${histories}, ${failure.plan.steps.length} steps: ${failure.reason}`)
  })
}
