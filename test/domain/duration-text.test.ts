import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationText } from '../../src/domain/duration-text.ts'

test('a duration is said in its one or two largest units', () => {
  const cases: readonly [number, string][] = [
    [0, '0 s'],
    [-5, '0 s'],
    [400, '0.4 s'],
    [5_000, '5 s'],
    [45_400, '45 s'],
    [60_000, '1 m'],
    [90_000, '1 m 30 s'],
    [3_599_900, '1 h'],
    [9_000_000, '2 h 30 m'],
    [86_400_000, '1 d'],
    [90_000_000, '1 d 1 h'],
    [86_460_000, '1 d'],
  ]
  for (const [ms, text] of cases) assert.equal(durationText(ms), text)
})
