import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, connectRaw, exchange } from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'

const daemon = shareDaemon()
const GET = 'GET /v1/status HTTP/1.1\r\nHost: curfew\r\n'

for (const origin of ['http://evil.example', 'null', 'http://curfew', 'file://', '']) {
  test(`check 12: a request that says Origin: "${origin}" comes from a web page and is 403`, async () => {
    const answer = await ask(daemon.socket(), '/v1/status', { headers: { origin } })
    assert.equal(answer.status, 403)
    assert.equal(answer.json().error.kind, 'refused')
    const simple = { method: 'POST', body: '{}', headers: { origin, 'content-type': 'text/plain' } }
    assert.equal((await ask(daemon.socket(), '/v1/stop', simple)).status, 403)
  })
}

for (const host of [
  'evil.example',
  '127.0.0.1',
  'curfew.evil.example',
  'curfew@evil',
  '[::1]',
  'curfew, evil',
  'xcurfew',
  'curfew:80:80',
]) {
  test(`check 12: a request for the host "${host}" is 421`, async () => {
    const answer = await ask(daemon.socket(), '/v1/status', { headers: { host } })
    assert.equal(answer.status, 421)
    assert.match(answer.json().error.message, /has to be "curfew"/)
  })
}

for (const host of ['curfew', 'localhost', 'CURFEW', 'localhost:1234', '']) {
  test(`check 12: a request for the host "${host}" is ours`, async (t) => {
    const text = await exchange(
      t,
      daemon.socket(),
      `GET /v1/hello HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    assert.match(text, /^HTTP\/1\.1 200 /)
  })
}

for (const [target, status] of [
  ['http://curfew/v1/hello', 200],
  ['http://localhost/v1/hello', 200],
  ['http://evil.example/v1/hello', 421],
  ['//evil.example/v1/hello', 421],
  ['http://user:pw@evil.example/v1/stop', 421],
  ['http://[', 400],
  ['*', 404],
  ['/v1/hello#x', 200],
  ['/v1/x/../hello', 200],
  ['/v1/hello\\..\\stop', 405],
  ['http:', 400],
] as const) {
  test(`check 12: the address ${target} is ${status}`, async (t) => {
    const text = await exchange(
      t,
      daemon.socket(),
      `GET ${target} HTTP/1.1\r\nHost: curfew\r\nConnection: close\r\n\r\n`,
    )
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `))
  })
}

for (const [name, bytes, status] of [
  ['noise', '\0\u0001\u0002\u00ff\r\n\r\n', '400'],
  ['words', 'hello, are you there?\r\n\r\n', '400'],
  ['TLS', '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003', '400'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
  ['HTTP/1.0', 'GET /v1/status HTTP/1.0\r\n\r\n', '200'],
  ['no Host', 'GET /v1/status HTTP/1.1\r\n\r\n', '400'],
  ['a header without a colon', `${GET}nonsense\r\n\r\n`, '400'],
  ['a header with a NUL', `${GET}X: a\0b\r\n\r\n`, '400'],
  ['a folded header', `${GET}X: a\r\n b\r\n\r\n`, '400'],
  ['two hosts', `${GET}Host: evil.example\r\n\r\n`, '400'],
  ['a bare line feed', 'GET /v1/status HTTP/1.1\nHost: curfew\n\n', '4\\d\\d|HTTP/1\\.1 200'],
  ['headers of 20 KB', `${GET}X: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
  ['2,500 headers', `${GET}${'X: y\r\n'.repeat(2_500)}\r\n`, '4\\d\\d'],
  ['an address of 20 KB', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: curfew\r\n\r\n`, '431'],
  ['an address with blanks', 'GET /v1/status please HTTP/1.1\r\nHost: curfew\r\n\r\n', '400'],
  ['an unknown method', 'FLY /v1/status HTTP/1.1\r\nHost: curfew\r\n\r\n', '400'],
  ['CONNECT', 'CONNECT evil:80 HTTP/1.1\r\nHost: curfew\r\n\r\n', null],
  ['an upgrade', `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, '\\d\\d\\d'],
] as const) {
  test(`check 12: bytes that are ${name} are answered as they deserve`, async (t) => {
    const text = await exchange(t, daemon.socket(), Buffer.from(bytes, 'latin1'))
    if (status === null) assert.equal(text, '')
    else assert.match(text, new RegExp(`^HTTP/1\\.1 (?:${status}) `))
  })
}

for (const [name, headers, body] of [
  [
    'both a length and chunks',
    'Content-Length: 6\r\nTransfer-Encoding: chunked',
    '0\r\n\r\nGET /v1/hello HTTP/1.1\r\nHost: curfew\r\n\r\n',
  ],
  [
    'two lengths',
    'Content-Length: 2\r\nContent-Length: 50',
    '{}GET /v1/hello HTTP/1.1\r\nHost: curfew\r\n\r\n',
  ],
  ['a coding that is not known', 'Transfer-Encoding: xchunked', '2\r\n{}\r\n0\r\n\r\n'],
  ['chunked twice', 'Transfer-Encoding: chunked, chunked', '0\r\n\r\n'],
  ['chunked first', 'Transfer-Encoding: chunked, identity', '0\r\n\r\n'],
  ['a blank before the colon', 'Transfer-Encoding : chunked', '0\r\n\r\n'],
  ['a chunk of a wrong size', 'Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n'],
  ['a chunk of endless size', 'Transfer-Encoding: chunked', 'fffffffffffffffff\r\n{}'],
  ['a chunk longer than it says', 'Transfer-Encoding: chunked', '1\r\n{}\r\n0\r\n\r\n'],
] as const) {
  test(`check 12: a request with ${name} is refused, and no second one hides in it`, async (t) => {
    const start = 'POST /v1/stop HTTP/1.1\r\nHost: curfew\r\nContent-Type: application/json\r\n'
    const text = await exchange(t, daemon.socket(), `${start}${headers}\r\n\r\n${body}`)
    assert.match(text, /^HTTP\/1\.1 4\d\d /)
    assert.doesNotMatch(text, /200 OK/)
  })
}

test('check 12: what follows a request that was refused is not acted on', async (t) => {
  const stop = 'POST /v1/stop HTTP/1.1\r\nHost: curfew\r\nContent-Length: 0\r\n\r\n'
  const tooLong = 'POST /v1/stop HTTP/1.1\r\nHost: curfew\r\nContent-Length: 2000000\r\n\r\n'
  for (const first of [
    tooLong,
    'nonsense\r\n\r\n',
    `${GET}Content-Length: ${stop.length}\r\n\r\n`,
  ]) {
    assert.match(await exchange(t, daemon.socket(), first + stop), /^HTTP\/1\.1 4\d\d /)
  }
  await daemon.get().status()
})

test('check 12: a request that asks first whether it may send hears no', async (t) => {
  const connection = await connectRaw(t, daemon.socket())
  connection.send(
    'POST /v1/stop HTTP/1.1\r\nHost: curfew\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n',
  )
  await connection.hears(/HTTP\/1\.1 413 /)
  const strange = await exchange(
    t,
    daemon.socket(),
    `${GET}Expect: something\r\nConnection: close\r\n\r\n`,
  )
  assert.match(strange, /^HTTP\/1\.1 417 /)
})

test('check 12: whatever bytes come, the answer is 4xx or none, and the daemon serves on', async (t) => {
  const { pid } = daemon.get()
  const words = fc.constantFrom(
    'GET ',
    'POST ',
    '/v1/hello',
    '/v1/stop',
    ' HTTP/1.1',
    '\r\n',
    '\r\n\r\n',
    'Host: curfew',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    ':',
    ' ',
    '\0',
    '{}',
  )
  const noise = fc.string({ unit: 'binary', maxLength: 8 })
  const bytes = fc
    .array(fc.oneof({ weight: 4, arbitrary: words }, noise), { maxLength: 20 })
    .map((parts) => parts.join(''))
  // A line without a version is a request too, of the oldest kind.
  const stops = /POST \/v1\/stop(?: HTTP|\r\n)/
  const samples = fc.sample(bytes, 1_000).filter((each) => !stops.test(each))
  while (samples.length > 0) {
    const batch = samples.splice(0, 16).map(async (sample) => {
      const text = await exchange(t, daemon.socket(), sample)
      const isRequest = /GET \/v1\/hello(?: HTTP\/1\.1)?\r\n/.test(sample)
      const expected = isRequest ? /^(?:HTTP\/1\.1 (?:4\d\d|200) |$)/ : /^(?:HTTP\/1\.1 4\d\d |$)/
      assert.match(text, expected, JSON.stringify(sample))
    })
    await Promise.all(batch)
  }
  assert.equal((await daemon.get().status()).daemon.pid, pid)
})
