import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isoTime } from '../../src/domain/iso-time.ts'

test('UTC with milliseconds and Z', () => {
  assert.equal(isoTime(0), '1970-01-01T00:00:00.000Z')
  assert.equal(isoTime(1_800_000_000_123), '2027-01-15T08:00:00.123Z')
})

test('every moment goes there and back', () => {
  const moment = fc.date({ noInvalidDate: true }).map((date) => date.getTime())
  fc.assert(fc.property(moment, (ms) => assert.equal(Date.parse(isoTime(ms)), ms)))
})

test('J10: a damaged number is shown as the end of time, not thrown', () => {
  assert.equal(isoTime(Number.MAX_SAFE_INTEGER), '+275760-09-13T00:00:00.000Z')
  assert.equal(isoTime(-Infinity), '-271821-04-20T00:00:00.000Z')
})
