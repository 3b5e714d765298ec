import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readStartTime } from '../../src/cli/start-time.ts'

/** A Friday noon where this runs, wherever that is. */
const NOW = new Date(2026, 10, 20, 12, 0, 0).getTime()
const here = (...parts: [number, number, number, number, number, number?]): string =>
  new Date(...parts).toISOString()

const read = (text: string): string | undefined => readStartTime(text, NOW)

test('a time is the next of its kind, here', () => {
  assert.equal(read('18:30'), here(2026, 10, 20, 18, 30))
  assert.equal(read('9:05'), here(2026, 10, 21, 9, 5))
  assert.equal(read('12:00'), here(2026, 10, 21, 12, 0))
  assert.equal(read('12:00:01'), here(2026, 10, 20, 12, 0, 1))
})

test('a date without a zone is here, one with a zone is where it says', () => {
  assert.equal(read('2026-11-21 09:00'), here(2026, 10, 21, 9, 0))
  assert.equal(read('2026-11-21T09:00:30'), here(2026, 10, 21, 9, 0, 30))
  assert.equal(read('2026-11-21T09:00+01:00'), '2026-11-21T08:00:00.000Z')
  assert.equal(read(' 2026-11-21 09:00:00.250Z '), '2026-11-21T09:00:00.250Z')
})

test('what is no time is none', () => {
  const texts = [
    '',
    'soon',
    '24:00',
    '12:60',
    '12',
    '2026-11-21',
    '2026-02-30 10:00',
    '2026-13-01 10:00',
  ]
  for (const text of [...texts, '2026-11-21T25:00Z', '-1:00', '1:2']) {
    assert.equal(read(text), undefined, text)
  }
})

test('any text is read or refused, and a time never lies in the past or beyond two days', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof read(text) !== 'number'))
  fc.assert(
    fc.property(fc.nat(23), fc.nat(59), (hour, minute) => {
      const at = Date.parse(read(`${hour}:${String(minute).padStart(2, '0')}`) ?? '')
      assert.ok(at > NOW && at <= NOW + 2 * 86_400_000)
    }),
  )
})
