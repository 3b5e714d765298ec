import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration, parseSize } from '../../src/formats/quantity.ts'
import { rounds } from '../support/rounds.ts'

const DURATIONS: readonly [string | number, number | undefined][] = [
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['200ms', 200],
  ['1.5h', 5_400_000],
  [' 30 s ', 30_000],
  ['30', 30_000],
  [30, 30_000],
  [0.25, 250],
  [0, 0],
  ['0', 0],
  ['0s', 0],
  ['', undefined],
  [' ', undefined],
  ['s', undefined],
  ['-5s', undefined],
  [-1, undefined],
  ['+5s', undefined],
  ['5 minutes', undefined],
  ['5M', undefined],
  ['1h30m', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['.5s', undefined],
  ['5.s', undefined],
  ['Infinity', undefined],
  [Infinity, undefined],
  [NaN, undefined],
  ['９s', undefined],
  ['101 years', undefined],
  ['36501d', undefined],
  ['36500d', 36_500 * 86_400_000],
  ['9'.repeat(400), undefined],
]

for (const [value, ms] of DURATIONS) {
  test(`a duration: ${JSON.stringify(value).slice(0, 40)} is ${ms}`, () =>
    assert.equal(parseDuration(value), ms))
}

const SIZES: readonly [string | number, number | undefined][] = [
  ['64MiB', 67_108_864],
  ['1GiB', 1_073_741_824],
  ['1KiB', 1024],
  ['1kB', 1000],
  ['2MB', 2_000_000],
  ['3GB', 3_000_000_000],
  ['10B', 10],
  ['10', 10],
  [10, 10],
  [0, 0],
  ['0', 0],
  ['1.5KiB', 1536],
  ['64mib', undefined],
  ['64M', undefined],
  ['-1', undefined],
  [-1, undefined],
  ['', undefined],
  [NaN, undefined],
  [Infinity, undefined],
  ['9007199254740992', undefined],
  ['99999999GiB', undefined],
]

for (const [value, bytes] of SIZES) {
  test(`a size: ${JSON.stringify(value)} is ${bytes}`, () => assert.equal(parseSize(value), bytes))
}

test('any text or number is a whole amount or none at all, never negative and never an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer()), (value) => {
      for (const parsed of [parseDuration(value), parseSize(value)]) {
        assert.ok(
          parsed === undefined || (Number.isSafeInteger(parsed) && parsed >= 0),
          String(parsed),
        )
      }
    }),
    { numRuns: rounds(500) },
  )
})

test('what is written with a unit is read as that', () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const unit = fc.constantFrom(...Object.entries(units))
  fc.assert(
    fc.property(fc.nat(30_000), unit, (amount, [name, scale]) => {
      assert.equal(parseDuration(`${amount}${name}`), amount * scale)
    }),
  )
})
