import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROTOCOL } from '../../src/contract/protocol.ts'
import { ANY_PROTOCOL, VERBS, type VerbName } from '../../src/contract/verbs.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { ask, connectRaw, exchange, keepAlive, post } from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()
const NAMES = Object.keys(VERBS).filter((name): name is VerbName => name in VERBS)
/** Verbs that can be asked without ending the daemon that all these tests share. */
const HARMLESS = NAMES.filter((name) => name !== 'stop')

for (const name of ['hello', 'status', 'events', 'reload'] as const) {
  test(`${name} answers in its shape, as JSON that nobody keeps`, async () => {
    const { method, path } = VERBS[name]
    const answer = await ask(daemon.socket(), path, { method })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['curfew-protocol'], String(PROTOCOL))
    assert.match(String(answer.headers['curfew-version']), /^\d+\.\d+\.\d+/)
    assert.deepEqual(SHAPES[name].parse(answer.json()), answer.json())
    assert.ok(answer.text.endsWith('\n'))
  })
}

test('hello and status name the process that serves', async () => {
  const hello = (await ask(daemon.socket(), '/v1/hello')).json()
  assert.deepEqual(
    [hello['pid'], hello['home'], hello['protocol']],
    [daemon.get().pid, daemon.get().house.home, PROTOCOL],
  )
  const status = await daemon.get().status()
  assert.equal(status.daemon.pid, daemon.get().pid)
})

test('events: limit, before and after choose from what happened', async () => {
  for (let number = 0; number < 5; number++)
    await ask(daemon.socket(), '/v1/reload', { method: 'POST' })
  await waitFor(async () => (await daemon.get().events()).length >= 6, {
    what: 'the events to be kept',
  })
  const ids = async (query: string): Promise<number[]> => {
    const list = SHAPES.events.parse((await ask(daemon.socket(), `/v1/events${query}`)).json())
    return list.map(({ id }) => id)
  }
  const [newest = 0, second = 0, third = 0] = await ids('?limit=3')
  assert.ok(newest > second && second > third)
  assert.deepEqual(await ids(`?limit=2&before=${newest}`), [second, third])
  assert.deepEqual(await ids(`?after=${third}&limit=2`), [second, newest])
  assert.deepEqual(await ids('?before=1'), [])
  assert.deepEqual(await ids('?after=999999999999999'), [])
})

test('D3: a path that is not there is 404 and names the nearest that is', async () => {
  for (const path of [
    '/',
    '/v1',
    '/v1/statu',
    '/v2/status',
    '/v1/status/',
    '/V1/status',
    '/v1/%73tatus',
    '/../etc/passwd',
    '/constructor',
    '/__proto__',
  ]) {
    const answer = await ask(daemon.socket(), path)
    assert.equal(answer.status, 404, path)
    assert.equal(answer.json().error.kind, 'not_found')
  }
  const { message } = (await ask(daemon.socket(), '/v1/statu')).json().error
  assert.equal(message, 'there is no /v1/statu; did you mean "/v1/status"?')
})

test('D3: a method that a path does not have is 405', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    const answer = await ask(daemon.socket(), '/v1/status', { method })
    assert.equal(answer.status, 405, method)
    if (method === 'HEAD') assert.equal(answer.text, '')
    else assert.equal(answer.json().error.kind, 'usage')
  }
  for (const name of NAMES) {
    const { method, path } = VERBS[name]
    const other = method === 'GET' ? 'POST' : 'GET'
    assert.equal((await ask(daemon.socket(), path, { method: other })).status, 405, name)
  }
})

for (const [query, field, reason] of [
  ['limit=0', 'limit', 'expected 1 to 1000'],
  ['limit=1001', 'limit', 'expected 1 to 1000'],
  ['limit=ten', 'limit', 'expected 1 to 1000'],
  ['limit=', 'limit', 'expected 1 to 1000'],
  ['before=-1', 'before', 'expected an event id'],
  ['after=1.5', 'after', 'expected an event id'],
  ['after=%00', 'after', 'expected an event id'],
  ['limt=5', 'limt', 'unknown field; did you mean "limit"?'],
  ['__proto__=1', '__proto__', 'unknown field'],
  ['%1b%5b2J=1', '\\x1b[2J', 'unknown field'],
  ['=1', '(empty)', 'unknown field'],
] as const) {
  test(`D3: events?${query} is 400 with field and reason`, async () => {
    const answer = await ask(daemon.socket(), `/v1/events?${query}`)
    assert.equal(answer.status, 400)
    const { error } = answer.json()
    assert.equal(error.kind, 'usage')
    assert.equal(error.message, `${field}: ${reason}`)
    assert.deepEqual(error.issues, [{ field, reason }])
  })
}

test('D3: a parameter given twice, or to a verb that takes none, is 400', async () => {
  assert.equal((await ask(daemon.socket(), '/v1/events?limit=1&limit=2')).status, 400)
  for (const name of HARMLESS.filter((each) => VERBS[each].takes === 'nothing')) {
    const { method, path } = VERBS[name]
    const answer = await ask(daemon.socket(), `${path}?zoom=1`, { method })
    assert.equal(answer.status, 400, name)
  }
})

test('D3: a GET with a body is 400, and its body is not read', async (t) => {
  const answer = await ask(daemon.socket(), '/v1/status', { body: '{}' })
  assert.equal(answer.status, 400)
  const chunked =
    'GET /v1/status HTTP/1.1\r\nHost: curfew\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'
  assert.match(await exchange(t, daemon.socket(), chunked), /^HTTP\/1\.1 400 /)
})

test('D3: 300 requests go over one connection', async (t) => {
  const agent = keepAlive(t)
  const ports = new Set<unknown>()
  for (let number = 0; number < 300; number++) {
    const path = number % 3 === 0 ? '/v1/nowhere' : '/v1/hello'
    const answer = await ask(daemon.socket(), path, { agent })
    assert.equal(answer.status, number % 3 === 0 ? 404 : 200)
    ports.add(Object.values(agent.freeSockets)[0]?.[0])
  }
  assert.ok(ports.size <= 2, `${ports.size} connections`)
})

test('D3: requests sent in one go are answered one by one, in order', async (t) => {
  const one = 'GET /v1/hello HTTP/1.1\r\nHost: curfew\r\n\r\n'
  const other = 'GET /v1/nowhere HTTP/1.1\r\nHost: curfew\r\n\r\n'
  const connection = await connectRaw(t, daemon.socket())
  connection.send(one + other + one + other)
  const text = await connection.hears(/(?:HTTP\/1\.1 200[^]*HTTP\/1\.1 404[^]*){2}/)
  assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), [
    'HTTP/1.1 200',
    'HTTP/1.1 404',
    'HTTP/1.1 200',
    'HTTP/1.1 404',
  ])
})

for (const theirs of [String(PROTOCOL + 1), '0', 'x', '', '1, 1', '1.0']) {
  test(`D2: a client of protocol ${JSON.stringify(theirs)} hears 426, except where any two have to understand each other`, async () => {
    for (const name of HARMLESS) {
      const { method, path } = VERBS[name]
      const answer = await ask(daemon.socket(), path, {
        method,
        headers: { 'curfew-protocol': theirs },
      })
      assert.equal(answer.status, ANY_PROTOCOL.has(name) ? 200 : 426, name)
      assert.equal(answer.headers['curfew-protocol'], String(PROTOCOL))
    }
  })
}

test('D3: after all of this the same daemon serves on', async () => {
  assert.equal((await post(daemon.socket(), '/v1/reload', '')).status, 200)
  assert.equal((await daemon.get().status()).daemon.pid, daemon.get().pid)
})
