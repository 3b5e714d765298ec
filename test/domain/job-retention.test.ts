import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  chooseLeaving,
  CLEAN,
  type Leaver,
  retentionRules,
  type RetentionRules,
} from '../../src/domain/job-retention.ts'

const NOW = 1_000_000
const KEEP_ALL: RetentionRules = { keepForMs: null, keepMost: null, keepBytes: null }

const leaver = (id: number, acknowledgedAgoMs: number | null, bytes = 10): Leaver => ({
  id,
  acknowledgedMs: acknowledgedAgoMs === null ? null : NOW - acknowledgedAgoMs,
  bytes,
})

const list = [leaver(1, 500), leaver(2, null), leaver(3, 400), leaver(4, 100), leaver(5, 0)]

const choose = (rules: Partial<RetentionRules>, oldest: readonly Leaver[] = list): number[] =>
  chooseLeaving({ nowMs: NOW, kept: sumOf(oldest), oldest }, { ...KEEP_ALL, ...rules })

test('J9: without limits nothing goes', () => {
  assert.deepEqual(choose({}), [])
})

test('J9: by age after acknowledgement', () => {
  assert.deepEqual(choose({ keepForMs: 399 }), [1, 3])
  assert.deepEqual(choose({ keepForMs: 400 }), [1])
  assert.deepEqual(choose({ keepForMs: 500 }), [])
})

test('J9: by count, those acknowledged longest ago first; one that is owed counts and stays', () => {
  assert.deepEqual(choose({ keepMost: 5 }), [])
  assert.deepEqual(choose({ keepMost: 3 }), [1, 3])
  assert.deepEqual(choose({ keepMost: 1 }), [1, 3, 4, 5])
})

test('J9: by bytes', () => {
  assert.deepEqual(choose({ keepBytes: 50 }), [])
  assert.deepEqual(choose({ keepBytes: 49 }), [1])
  assert.deepEqual(choose({ keepBytes: 25 }), [1, 3, 4])
})

test('J9: cleaning takes all that may go, also what seems to have been acknowledged in the future', () => {
  assert.deepEqual(choose(CLEAN), [1, 3, 4, 5])
  assert.deepEqual(choose(CLEAN, [leaver(1, -5_000)]), [1])
})

test('a limit of 0 in the config is none', () => {
  assert.deepEqual(retentionRules({ keepFor: 0, keepMost: 0, keepBytes: 0 }), KEEP_ALL)
  assert.deepEqual(retentionRules({ keepFor: 1, keepMost: 2, keepBytes: 3 }), {
    keepForMs: 1,
    keepMost: 2,
    keepBytes: 3,
  })
})

const anyLeavers = fc
  .array(fc.record({ ago: fc.option(fc.nat(1_000), { nil: null }), bytes: fc.nat(50) }), {
    maxLength: 30,
  })
  .map((all) => all.map(({ ago, bytes }, index) => leaver(index + 1, ago, bytes)))
const limit = (max: number) => fc.option(fc.nat(max), { nil: null })
const anyRules = fc.record({ keepForMs: limit(1_000), keepMost: limit(30), keepBytes: limit(800) })

test('J9: what is owed never goes, every limit is kept as far as that allows, and nothing goes for nothing', () => {
  fc.assert(
    fc.property(anyLeavers, anyRules, (leavers, rules) => {
      const gone = new Set(choose(rules, leavers))
      const stay = leavers.filter(({ id }) => !gone.has(id))
      for (const { id, acknowledgedMs } of leavers)
        if (acknowledgedMs === null) assert.ok(!gone.has(id))
      const mayGo = stay.filter(({ acknowledgedMs }) => acknowledgedMs !== null)
      if (mayGo.length > 0)
        assert.ok(isWithin(stay, rules), 'a limit is broken and something may still go')
      const [last] = leavers
        .filter(({ id }) => gone.has(id))
        .toSorted((a, b) => (b.acknowledgedMs ?? 0) - (a.acknowledgedMs ?? 0) || b.id - a.id)
      if (last !== undefined) assert.ok(!isWithin([...stay, last], rules), 'one too many went')
    }),
  )
})

function isWithin(stay: readonly Leaver[], rules: RetentionRules): boolean {
  const { jobs, bytes } = sumOf(stay)
  const oldest = Math.min(...stay.map(({ acknowledgedMs }) => acknowledgedMs ?? Infinity))
  return (
    jobs <= (rules.keepMost ?? Infinity) &&
    bytes <= (rules.keepBytes ?? Infinity) &&
    NOW - oldest <= (rules.keepForMs ?? Infinity)
  )
}

function sumOf(leavers: readonly Leaver[]): { jobs: number; bytes: number } {
  return { jobs: leavers.length, bytes: leavers.reduce((sum, { bytes }) => sum + bytes, 0) }
}
