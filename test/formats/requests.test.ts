import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { VERBS, type VerbName } from '../../src/contract/verbs.ts'
import { parseRequest } from '../../src/formats/requests.ts'
import { rounds } from '../support/rounds.ts'

const NAMES = Object.keys(VERBS).filter((name): name is VerbName => name in VERBS)

test('events: parameters are text, only plain digits are a number', () => {
  assert.deepEqual(parseRequest('events', {}), { ok: true, value: { limit: 100 } })
  const input = { limit: '7', before: '900', after: '0' }
  assert.deepEqual(parseRequest('events', input), {
    ok: true,
    value: { limit: 7, before: 900, after: 0 },
  })
})

for (const limit of [
  '0',
  '1001',
  '-1',
  '1.5',
  '1e2',
  '0x10',
  ' 5',
  '',
  'ten',
  '９',
  'Infinity',
  '9'.repeat(40),
  true,
  [5],
]) {
  test(`D3: a limit of ${JSON.stringify(limit)} is refused by name`, () => {
    const issues = [{ field: 'limit', reason: 'expected 1 to 1000' }]
    assert.deepEqual(parseRequest('events', { limit }), { ok: false, issues })
  })
}

test('D3: an unknown field is named, with the one that was most likely meant', () => {
  assert.deepEqual(parseRequest('events', { limt: '5' }), {
    ok: false,
    issues: [{ field: 'limt', reason: 'unknown field; did you mean "limit"?' }],
  })
  assert.deepEqual(parseRequest('status', { zoom: '1' }), {
    ok: false,
    issues: [{ field: 'zoom', reason: 'unknown field' }],
  })
})

test('D3: every wrong field is told, not only the first', () => {
  const parsed = parseRequest('events', { limit: 'x', before: 'y', after: '-1', evil: '' })
  const fields = parsed.ok ? [] : parsed.issues.map(({ field }) => field)
  assert.deepEqual(fields.toSorted(), ['after', 'before', 'evil', 'limit'])
})

test('D3: what is no object is refused as a whole', () => {
  for (const input of [null, undefined, 7, 'text', [], [{}]]) {
    const parsed = parseRequest('stop', input)
    assert.ok(!parsed.ok)
    assert.equal(parsed.issues[0]?.field, '(all)')
  }
})

test('check 7: names of JavaScript itself are fields like any other', () => {
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const input: unknown = JSON.parse(`{${JSON.stringify(key)}: {"limit": 5}}`)
    for (const name of NAMES) {
      const parsed = parseRequest(name, input)
      assert.ok(!parsed.ok, `${name} took ${key}`)
      assert.ok(
        parsed.issues.some(({ field }) => field === key),
        `${name} does not name ${key}`,
      )
    }
  }
  assert.equal(Reflect.get({}, 'limit'), undefined)
})

test('check 8: a field name is told without what it could do to a terminal', () => {
  const parsed = parseRequest('stop', { '\u001b[2J\u202e': 1 })
  assert.deepEqual(parsed, {
    ok: false,
    issues: [{ field: '\\x1b[2J\\u{202e}', reason: 'unknown field' }],
  })
})

test('D3: any JSON is taken or refused with a field and a reason, never more', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.jsonValue(), (name, input) => {
      const parsed = parseRequest(name, input)
      if (parsed.ok) return
      assert.ok(parsed.issues.length > 0)
      for (const { field, reason } of parsed.issues) assert.ok(field !== '' && reason !== '')
    }),
    { numRuns: rounds(500) },
  )
})
