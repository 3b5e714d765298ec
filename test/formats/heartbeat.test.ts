import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import {
  HEARTBEAT_NAME,
  parseHeartbeat,
  readHeartbeatName,
} from '../../src/formats/heartbeat-text.ts'
import { heartbeatSchema } from '../../src/formats/heartbeat.ts'
import { rounds } from '../support/rounds.ts'

const NAME = 'heartbeat-4711-0199a8c2-6f10-7a3e.json'
const AT = Date.UTC(2026, 10, 20, 10)
const six = {
  pid: 4711,
  uuid: '0199a8c2-6f10-7a3e',
  started_at: '2026-11-20T10:00:00Z',
  last_refresh: '2026-11-20T10:00:30.250Z',
  wrapper_version: '2.1',
  schema_version: 1,
}

const parse = (value: unknown): ReturnType<typeof parseHeartbeat> =>
  parseHeartbeat(JSON.stringify(value), NAME)

test('the six required fields are enough', () => {
  assert.deepEqual(parse(six), {
    kind: 'heartbeat',
    pid: 4711,
    uuid: six.uuid,
    startedAtMs: AT,
    lastRefreshMs: AT + 30_250,
    processStart: undefined,
    bootId: undefined,
    hostname: undefined,
    label: undefined,
    session: undefined,
    lastActivityMs: undefined,
  })
})

test('the others are read, and a newer version may have more', () => {
  const more = { hostname: 'h', process_start: '17', boot_id: 'b', label: 'L', session: 'S' }
  const newer = { ...six, ...more, schema_version: 7, last_activity: six.started_at, plan: [1, {}] }
  const read = parse(newer)
  assert.ok(read.kind === 'heartbeat')
  const { hostname, processStart, bootId, label, session, lastActivityMs } = read
  assert.deepEqual([hostname, processStart, bootId, label, session], ['h', '17', 'b', 'L', 'S'])
  assert.equal(lastActivityMs, AT)
})

test('null and empty text are as good as nothing, as programs without optional keys write them', () => {
  const read = parse({ ...six, hostname: '', label: null, session: '', last_activity: null })
  assert.ok(read.kind === 'heartbeat')
  const { hostname, label, session, lastActivityMs } = read
  assert.deepEqual([hostname, label, session, lastActivityMs], Array(4).fill(undefined))
})

const times: readonly [string, number | null][] = [
  ['2026-11-20T10:00:00', AT],
  ['2026-11-20 10:00:00', AT],
  ['2026-11-20T10:00:00.000000', AT],
  ['2026-11-20T10:00:00.123456+00:00', AT + 123],
  ['2026-11-20T12:00:00+02:00', AT],
  ['2026-11-20T05:00:00-0500', AT],
  ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
  ['+275760-09-13T00:00:00.000Z', 8.64e15],
  ['+275760-09-14T00:00:00.000Z', null],
  ['12026-11-20T10:00:00Z', null],
  ['2026-13-01T10:00:00.000Z', null],
  ['yesterday', null],
  ['', null],
]

for (const [text, ms] of times) {
  test(`W3: a date of any form or year never throws: ${JSON.stringify(text)}`, () => {
    const read = parse({ ...six, last_refresh: text })
    assert.ok(read.kind === 'heartbeat')
    assert.equal(read.lastRefreshMs, ms)
  })
}

test('the common form of a time is read as any other', () => {
  const anyDate = fc.date({
    min: new Date('0000-01-01'),
    max: new Date('9999-12-31'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(anyDate, (date) => {
      const read = parse({ ...six, last_refresh: date.toISOString() })
      assert.equal(read.kind === 'heartbeat' && read.lastRefreshMs, date.getTime())
    }),
  )
})

const torn: readonly [string, string][] = [
  ['', 'is empty'],
  [' \n', 'is empty'],
  ['{"pid": 12', 'is not JSON'],
  ['\0\0\0', 'is not JSON'],
  ['[]', 'is not a JSON object'],
  ['null', 'is not a JSON object'],
  ['"text"', 'is not a JSON object'],
  ['17', 'is not a JSON object'],
  ['{}', 'has no pid'],
  [JSON.stringify({ ...six, pid: true }), 'has a wrong pid: true'],
  [JSON.stringify({ ...six, pid: '4711' }), 'has a wrong pid: "4711"'],
  [JSON.stringify({ ...six, pid: 0 }), 'has a wrong pid: 0'],
  [JSON.stringify({ ...six, pid: -1 }), 'has a wrong pid: -1'],
  [JSON.stringify({ ...six, pid: 2 ** 31 }), 'has a wrong pid: 2147483648'],
  [JSON.stringify({ ...six, pid: 1.5 }), 'has a wrong pid: 1.5'],
  [JSON.stringify({ ...six, pid: null }), 'has a wrong pid: null'],
  [JSON.stringify({ ...six, uuid: '' }), 'has a wrong uuid: ""'],
  [JSON.stringify({ ...six, uuid: ['a'] }), 'has a wrong uuid: a list'],
  [JSON.stringify({ ...six, label: {} }), 'has a wrong label: an object'],
  [JSON.stringify({ ...six, schema_version: 0 }), 'has a wrong schema_version: 0'],
  [JSON.stringify({ ...six, started_at: undefined }), 'has no started_at'],
  [JSON.stringify({ ...six, last_refresh: 17 }), 'has a wrong last_refresh: 17'],
]

for (const [text, reason] of torn) {
  test(`W2: what ${reason} is known by its name`, () => {
    const { uuid } = six
    assert.deepEqual(parseHeartbeat(text, NAME), { kind: 'torn', pid: 4711, uuid, reason })
  })
}

test('W3: reasons are short and harmless, whatever they quote', () => {
  const read = parse({ ...six, pid: `\u001b[31m\u202e${'x'.repeat(60_000)}` })
  assert.ok(read.kind === 'torn')
  assert.match(read.reason, /^[\x20-\x7e…]{20,300}$/)
})

test('W3: objects that are too deep to be written back are refused like others', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const read = parseHeartbeat(`{"pid":${deep}}`, NAME)
  assert.ok(read.kind === 'torn' && read.reason === 'has a wrong pid: a list')
})

const names: readonly [string, number | null, string | null][] = [
  [NAME, 4711, six.uuid],
  ['heartbeat-1-a.json', 1, 'a'],
  ['heartbeat-1-a.json.json', 1, 'a.json'],
  ['heartbeat-0-a.json', null, null],
  ['heartbeat-007-a.json', null, null],
  ['heartbeat-2147483648-a.json', null, null],
  ['heartbeat-99999999999999999999-a.json', null, null],
  ['heartbeat--1-a.json', null, null],
  ['heartbeat-1-.json', null, null],
  ['heartbeat-1-a b\n.json', null, null],
  [`heartbeat-1-${'a'.repeat(200)}.json`, null, null],
  ['heartbeat-.json', null, null],
]

for (const [name, pid, uuid] of names) {
  test(`W3: a name that matches may mean nothing: ${JSON.stringify(name.slice(0, 40))}`, () => {
    assert.ok(HEARTBEAT_NAME.test(name))
    assert.deepEqual(readHeartbeatName(name), { pid, uuid })
  })
}

test('the schema tells other programs the same as we do', () => {
  const { required, additionalProperties } = z.toJSONSchema(heartbeatSchema)
  assert.deepEqual(required, Object.keys(six))
  assert.deepEqual(additionalProperties, {})
  assert.ok(heartbeatSchema.safeParse(six).success)
})

const anyValue = fc.oneof(
  fc.anything({ maxDepth: 1 }),
  fc.integer({ min: -1, max: 3 }),
  fc.constantFrom(
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53,
    2 ** 53 - 1,
    1e300,
    'a'.repeat(64),
    'a'.repeat(65),
  ),
  fc.constantFrom('a'.repeat(128), 'a'.repeat(129), 'a'.repeat(256), 'a'.repeat(257), null, ''),
)
const keys = Object.keys(heartbeatSchema.shape)
const anyChange = fc.dictionary(fc.constantFrom(...keys, 'extra', '__proto__'), anyValue, {
  maxKeys: 3,
})

test('W2: the fast way takes exactly what the schema takes', () => {
  let taken = 0
  fc.assert(
    fc.property(anyChange, (change) => {
      const text = JSON.stringify({ ...six, ...change }, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      )
      const isTaken = heartbeatSchema.safeParse(JSON.parse(text)).success
      if (isTaken) taken += 1
      assert.equal(parseHeartbeat(text, NAME).kind === 'heartbeat', isTaken, text)
    }),
    { numRuns: rounds(1_000) },
  )
  assert.ok(taken > 250, `only ${taken} were taken: this shows too little`)
})

test('W3: any text is read without an exception', () => {
  const anyJson = fc.json({ maxDepth: 4 })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), anyJson), (text) => {
      assert.equal(parseHeartbeat(text, NAME).kind, 'torn')
    }),
    { numRuns: rounds(500) },
  )
})
