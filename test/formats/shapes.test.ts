import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { SHAPES } from '../../src/formats/shapes.ts'

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`the shape "${name}" is a JSON Schema that stands alone`, () => {
    const text = JSON.stringify(z.toJSONSchema(shape))
    assert.doesNotMatch(text, /"\$ref"/)
    assert.match(text, /"\$schema":"https:\/\/json-schema.org\/draft\/2020-12\/schema"/)
  })
}

test('D3: an error carries its kind, one line, and where it helps a hint and the fields', () => {
  const error = { kind: 'usage', message: 'limit: expected 1 to 1000' }
  assert.ok(SHAPES.error.safeParse({ error }).success)
  assert.ok(
    SHAPES.error.safeParse({
      error: { ...error, hint: 'x', issues: [{ field: 'limit', reason: 'x' }] },
    }).success,
  )
  assert.ok(!SHAPES.error.safeParse({ error: { ...error, kind: 'oops' } }).success)
  assert.ok(!SHAPES.error.safeParse({ error: { kind: 'usage' } }).success)
})

test('times are UTC with milliseconds, in no other form', () => {
  const event = { id: 1, type: 'woken', level: 'info', message: 'm', data: {} }
  const accepts = (at: unknown): boolean => SHAPES.event.safeParse({ ...event, at }).success
  assert.ok(accepts('2026-11-20T10:00:00.000Z'))
  for (const at of [
    '2026-11-20T10:00:00Z',
    '2026-11-20T10:00:00.000+01:00',
    '2026-11-20',
    1_800_000_000,
    null,
  ]) {
    assert.ok(!accepts(at), String(at))
  }
})

test('a status of the four states and of no other', () => {
  const schema = SHAPES.status.shape.state
  for (const state of ['WAKE', 'DROWSY', 'BEDTIME', 'ASLEEP'])
    assert.ok(schema.safeParse(state).success)
  for (const state of ['wake', 'AWAKE', '', null, 1]) assert.ok(!schema.safeParse(state).success)
})
