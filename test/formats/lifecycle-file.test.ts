import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLifecycleFile } from '../../src/formats/lifecycle-file.ts'

const GOOD = {
  state: 'DROWSY',
  since: '2026-11-20T10:00:00.000Z',
  last_activity: '2026-11-20T09:55:00.000Z',
  reason: 'idle for 5 min',
}

test('what a daemon wrote is read back, also by one that knows less of it', () => {
  assert.deepEqual(parseLifecycleFile(JSON.stringify(GOOD)), GOOD)
  assert.deepEqual(parseLifecycleFile(`${JSON.stringify({ ...GOOD, mood: 'fine' })}\n`), GOOD)
})

test('W3: anything else is nobody’s state', () => {
  const bad = [
    '',
    'null',
    '[]',
    '7',
    '{',
    '\0\0\0',
    '{}',
    JSON.stringify(GOOD).slice(0, -1),
    '"WAKE"',
  ]
  for (const text of bad) assert.equal(parseLifecycleFile(text), undefined, text)
  for (const wrong of [
    { state: 'AWAKE' },
    { since: 'yesterday' },
    { since: 5 },
    { last_activity: null },
    { reason: 1 },
  ]) {
    assert.equal(parseLifecycleFile(JSON.stringify({ ...GOOD, ...wrong })), undefined)
  }
})

test('W3: no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (text) => {
      assert.equal(parseLifecycleFile(text), undefined)
    }),
  )
})
