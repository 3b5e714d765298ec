import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { needsLinux } from '../support/needs.ts'
import {
  type Answer,
  ask,
  connectRaw,
  keepAlive,
  post,
  type RawConnection,
} from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1024 * 1024
const daemon = shareDaemon()

test('D3: an empty body and an empty object are the same: nothing', async () => {
  for (const body of ['', '{}', ' {} \n'])
    assert.equal((await post(daemon.socket(), '/v1/reload', body)).status, 200)
})

for (const [name, body, says] of [
  ['no JSON', 'hello', /not JSON/],
  ['half of JSON', '{"why": "x', /not JSON/],
  ['JSON and more', '{} {}', /not JSON/],
  ['a list', '[]', /has to be an object/],
  ['text', '"why"', /has to be an object/],
  ['null', 'null', /has to be an object/],
  ['a number', '7', /has to be an object/],
  ['blanks', ' \n\t', /not JSON/],
  ['NUL', '\0', /not JSON/],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), /not UTF-8/],
  ['half a character', Buffer.from('{"why":"é"}').subarray(0, 9), /not UTF-8/],
  ['half a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /not UTF-8/],
  ['UTF-16', Buffer.from('{"why":"x"}', 'utf16le'), /not JSON/],
  ['33 levels of lists', `{"why":${'['.repeat(32)}${']'.repeat(32)}}`, /deeper than 32 levels/],
  ['100,000 levels of lists', '['.repeat(100_000), /deeper than 32 levels/],
  ['100,000 levels of objects', '{"a":'.repeat(100_000), /deeper than 32 levels/],
  [
    'brackets in a text are no levels',
    `{"why":"${'[{'.repeat(500)}"}`,
    /why: expected at most 200 characters/,
  ],
  [
    'an escaped quote does not end a text',
    `{"why":"\\"${'['.repeat(300)}"}`,
    /why: expected at most/,
  ],
  ['a wrong type', '{"why":5}', /why: expected text/],
  ['an empty why', '{"why":""}', /why: expected text that is not empty/],
  ['an unknown field', '{"wy":"x"}', /wy: unknown field; did you mean "why"\?/],
  ['__proto__', '{"__proto__":{"why":"x"}}', /__proto__: unknown field/],
  ['constructor', '{"constructor":{"prototype":{"why":"x"}}}', /constructor: unknown field/],
  [
    'a thousand unknown fields',
    JSON.stringify(Object.fromEntries(range(1000).map((n) => [`f${n}`, n]))),
    /unknown field/,
  ],
] as const) {
  test(`D3: a body of ${name} is 400 with the reason`, async () => {
    const answer = await post(daemon.socket(), '/v1/stop', body)
    assertRefused(answer, 400)
    assert.match(answer.json().error.message, says)
    assert.ok(answer.text.length < 4_000)
  })
}

for (const type of [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'application/json-patch+json',
  '',
  'multipart/form-data',
  'text/json',
]) {
  test(`D3: a body of type "${type}" is 415`, async () => {
    const options = { method: 'POST', body: '{"why":"x"}', headers: { 'content-type': type } }
    assertRefused(await ask(daemon.socket(), '/v1/stop', options), 415)
  })
}

test('D3: the type may say its charset and be written in any case', async () => {
  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset=UTF-8',
  ]) {
    const options = { method: 'POST', body: '{}', headers: { 'content-type': type } }
    assert.equal((await ask(daemon.socket(), '/v1/reload', options)).status, 200, type)
  }
})

test('check 12: a body of exactly 1 MiB is read; one byte more is 413', async () => {
  const body = (bytes: number): string => `{"x":"${'y'.repeat(bytes - 8)}"}`
  assert.equal((await post(daemon.socket(), '/v1/reload', body(MIB))).status, 400)
  assertRefused(await post(daemon.socket(), '/v1/reload', body(MIB + 1)), 413)
})

test('D3: whoever sends somewhat too much gets to read why, and may go on with the same connection', async (t) => {
  const agent = keepAlive(t)
  const options = { method: 'POST', body: 'x'.repeat(5 * MIB), agent }
  for (const [path, status] of [
    ['/v1/reload', 413],
    ['/v1/nowhere', 404],
    ['/v1/status', 405],
  ] as const) {
    assert.equal((await ask(daemon.socket(), path, options)).status, status)
    assert.equal((await ask(daemon.socket(), '/v1/hello', { agent })).status, 200)
  }
})

test('check 12: 200 MB that are announced are refused before they are sent', async (t) => {
  const connection = await connectRaw(t, daemon.socket())
  connection.send(head({ 'Content-Length': '200000000' }))
  assert.match(
    await connection.untilClosed(),
    /^HTTP\/1\.1 413 [^]*a body may have 1048576 bytes at most/,
  )
})

for (const [name, headers, frame] of [
  ['announced', { 'Content-Length': '200000000' }, (chunk: Buffer) => chunk],
  [
    'not announced',
    { 'Transfer-Encoding': 'chunked' },
    (chunk: Buffer) =>
      Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
  ],
] as const) {
  test(
    `check 12: 200 MB that are ${name} and sent all the same do not fill the memory`,
    { skip: needsLinux() },
    async (t) => {
      const before = daemon.memory()
      const connection = await connectRaw(t, daemon.socket())
      connection.send(head(headers))
      const chunk = frame(Buffer.alloc(MIB, 0x20))
      let sent = 0
      for (; sent < 200 && !connection.closed(); sent++) {
        connection.send(chunk)
        await taken(connection)
      }
      // Who is cut off while still sending may not get to read why.
      assert.match(await connection.untilClosed(), /^(?:HTTP\/1\.1 413 |$)/)
      assert.ok(sent < 30, `${sent} MiB were taken`)
      assert.ok(daemon.memory() - before < 40 * MIB, `${before} → ${daemon.memory()}`)
      await daemon.get().status()
    },
  )
}

for (const length of [
  '-1',
  '1e3',
  '0x10',
  '5, 6',
  '5 6',
  'x',
  '99999999999999999999999',
  '+5',
  '',
]) {
  test(`D3: a Content-Length of "${length}" is 4xx`, async (t) => {
    const connection = await connectRaw(t, daemon.socket())
    connection.send(`${head({ 'Content-Length': length })}{}`)
    assert.match(await connection.untilClosed(), /^HTTP\/1\.1 4\d\d /)
  })
}

test('D3: a client that goes away in the middle of its body harms nobody', async (t) => {
  const { pid } = daemon.get()
  for (const bytes of ['', '{', '{"why":"x"']) {
    const connection = await connectRaw(t, daemon.socket())
    connection.send(head({ 'Content-Length': '100' }) + bytes)
    connection.socket.destroy()
    const polite = await connectRaw(t, daemon.socket())
    polite.send(
      head({ 'Transfer-Encoding': 'chunked' }) +
        (bytes === '' ? '' : `${bytes.length.toString(16)}\r\n${bytes}\r\n`),
    )
    polite.socket.end()
    await polite.untilClosed()
  }
  assert.equal((await daemon.get().status()).daemon.pid, pid)
})

test('D3: of 1,500 generated bodies none is taken, none does any harm, each gets a reason', async (t) => {
  const agent = keepAlive(t, 8)
  const { pid } = daemon.get()
  const bodies = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
      .map((value) => JSON.stringify({ ...value, '': 0 })),
    fc
      .record({
        why: fc.oneof(fc.jsonValue(), fc.string({ minLength: 201 })),
        extra: fc.constant(1),
      })
      .map((value) => JSON.stringify(value)),
    fc.json().map((text) => text.slice(0, -1)),
    fc.string({ unit: 'binary' }).map((text) => `{"__proto__":${JSON.stringify(text)}}`),
  )
  const bytes = fc.oneof(
    bodies,
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  )
  const allowed = (body: string | Buffer): boolean => ['', '{}'].includes(String(body).trim())
  for (const batch of inGroups(fc.sample(bytes, 1_500), 8)) {
    const answers = batch.map(async (body) => {
      const path = allowed(body) ? '/v1/reload' : '/v1/stop'
      const answer = await ask(daemon.socket(), path, { method: 'POST', body, agent })
      if (answer.status !== 200) assertRefused(answer, 400)
      else assert.ok(allowed(body), String(body))
    })
    await Promise.all(answers)
  }
  assert.equal((await daemon.get().status()).daemon.pid, pid)
})

function assertRefused(answer: Answer, status: number): void {
  assert.equal(answer.status, status, answer.text)
  const { kind, message } = answer.json().error
  assert.equal(kind, 'usage')
  assert.match(message, /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]+$/u)
}

function head(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'curfew', 'Content-Type': 'application/json', ...headers })
  return `POST /v1/stop HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

async function taken({ socket, closed }: RawConnection): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await waitFor(() => closed() || !socket.writableNeedDrain, {
    what: 'it to take more',
    everyMs: 1,
  })
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function inGroups<T>(list: readonly T[], size: number): T[][] {
  return range(Math.ceil(list.length / size)).map((index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
