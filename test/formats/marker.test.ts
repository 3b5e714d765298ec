import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMarker } from '../../src/formats/marker-text.ts'
import { type Marker, parseMarker } from '../../src/formats/marker.ts'
import { parseTimestamp } from '../../src/formats/timestamp.ts'

const old = { pid: 12, hostname: 'here', started_at: '2026-11-20T10:00:00.000Z', schema_version: 1 }
const full = { ...old, process_start: '555', boot_id: 'b-1', version: '1.2.3' }

test('L1: what is written is read back, with and without the newer fields', () => {
  for (const marker of [old, full])
    assert.deepEqual(parseMarker(formatMarker(marker)), { ok: true, marker })
})

test('L1: a marker is a JSON object with the four fields that older programs know', () => {
  assert.deepEqual(JSON.parse(formatMarker(full)), full)
})

test('L4: fields that we do not know are no reason to refuse', () => {
  const text = JSON.stringify({ ...old, mood: 'good', nested: [{}] })
  assert.deepEqual(parseMarker(text), { ok: true, marker: old })
})

const dates: readonly [string, string | undefined][] = [
  ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20T10:00:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 10:00:00.123456', '2026-11-20T10:00:00.123Z'],
  ['2026-11-20T10:00:00.5+02:00', '2026-11-20T08:00:00.500Z'],
  ['2026-11-20T10:00-0130', '2026-11-20T11:30:00.000Z'],
  ['2026-11-20T10:00:00+02', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['+275760-09-13T00:00:00Z', '+275760-09-13T00:00:00.000Z'],
  ['+275760-09-14T00:00:00Z', undefined],
  ['2026-13-01', undefined],
  ['2026-11-20T25:00:00Z', undefined],
  ['20 November 2026', undefined],
  ['1795169892', undefined],
  ['', undefined],
]

for (const [text, iso] of dates) {
  test(`L4: the date "${text}" is ${iso ?? 'none'}`, () => {
    const parsed = parseMarker(JSON.stringify({ ...old, started_at: text }))
    assert.equal(parsed.ok ? parsed.marker.started_at : undefined, iso)
  })
}

const garbage: readonly [string, string, RegExp][] = [
  ['nothing', '', /is empty/],
  ['blanks', ' \n', /is empty/],
  ['half a marker', formatMarker(full).slice(0, 40), /is not JSON/],
  ['a list', '[]', /not a JSON object/],
  ['null', 'null', /not a JSON object/],
  ['a text', '"x"', /not a JSON object/],
  ['an empty object', '{}', /wrong pid/],
  ['deep brackets', '['.repeat(8000), /is not JSON/],
  ['pid true', with_({ pid: true }), /wrong pid/],
  ['pid as text', with_({ pid: '12' }), /wrong pid/],
  ['pid 0', with_({ pid: 0 }), /wrong pid/],
  ['pid -1', with_({ pid: -1 }), /wrong pid/],
  ['half a pid', with_({ pid: 1.5 }), /wrong pid/],
  ['pid 2^31', with_({ pid: 2 ** 31 }), /wrong pid/],
  ['no hostname', with_({ hostname: '' }), /wrong hostname/],
  ['a long hostname', with_({ hostname: 'x'.repeat(257) }), /wrong hostname/],
  ['a number as date', with_({ started_at: 5 }), /wrong started_at/],
  ['no schema version', with_({ schema_version: undefined }), /wrong schema_version/],
  ['a number as start', with_({ process_start: 5 }), /wrong process_start/],
]

for (const [name, text, reason] of garbage) {
  test(`L6: ${name} is refused with one line that says why`, () => {
    const parsed = parseMarker(text)
    assert.equal(parsed.ok, false)
    assert.match(parsed.ok ? '' : parsed.reason, reason)
    assert.doesNotMatch(parsed.ok ? '' : parsed.reason, /\n/)
  })
}

test('L6: the largest process number there is passes', () => {
  assert.equal(parseMarker(with_({ pid: 2 ** 31 - 1 })).ok, true)
})

test('L6: any JSON is either a marker of the promised types or refused', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseMarker(text)
      return !parsed.ok || isMarker(parsed.marker)
    }),
  )
})

test('L4: any moment survives being written as a date', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      assert.equal(parseTimestamp(date.toISOString()), date.getTime())
    }),
  )
})

function with_(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...old, ...fields })
}

function isMarker(marker: Marker): boolean {
  return (
    Number.isInteger(marker.pid) &&
    marker.hostname !== '' &&
    !Number.isNaN(Date.parse(marker.started_at))
  )
}
