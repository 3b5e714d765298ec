import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHAPES } from '../../src/formats/shapes.ts'
import { startDaemon } from '../support/daemon.ts'
import { readEvents } from '../support/event-reader.ts'
import { ask, connectRaw, keepAlive } from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()

test('D3: live events come as they happen, in order, each in its shape', async (t) => {
  const reader = await readEvents(t, daemon.socket())
  assert.match(
    reader.connection.heard(),
    /^HTTP\/1\.1 200 [^]*content-type: text\/event-stream\r\n[^]*cache-control: no-store/,
  )
  const last = await cause(20)
  await reader.reaches(last)
  const events = reader.events()
  assert.deepEqual(reader.ids(), range(events[0]?.id ?? 0, last))
  for (const { id, type, data } of events) {
    assert.equal(data.id, id)
    assert.equal(data.type, type)
    assert.deepEqual(SHAPES.event.parse(data), data)
  }
})

test('D3: without an id to go on from only what is new comes', async (t) => {
  const before = await cause(5)
  const reader = await readEvents(t, daemon.socket())
  const last = await cause(1)
  await reader.reaches(last)
  assert.ok((reader.ids()[0] ?? 0) > before)
})

test('D3: from any id on, everything after it comes exactly once, across what was missed and what is new', async (t) => {
  const last = await cause(30)
  for (const from of [0, 1, last - 10, last - 1, last]) {
    const reader = await readEvents(t, daemon.socket(), from)
    const newest = await cause(3)
    await reader.reaches(newest)
    assert.deepEqual(reader.ids(), range(from + 1, newest))
    reader.connection.socket.destroy()
  }
})

test('D3: a reader that breaks off and goes on again and again, while events happen, misses none and gets none twice', async (t) => {
  const first = await cause(1)
  const seen: number[] = []
  let causing = true
  const busy = cause(300).finally(() => {
    causing = false
  })
  while (causing) {
    const reader = await readEvents(t, daemon.socket(), seen.at(-1) ?? first)
    await waitFor(() => reader.ids().length > 3 || !causing, { what: 'some events' })
    seen.push(...reader.ids())
    reader.connection.socket.destroy()
  }
  const last = await busy
  const rest = await readEvents(t, daemon.socket(), seen.at(-1) ?? first)
  if ((seen.at(-1) ?? 0) < last) await rest.reaches(last)
  seen.push(...rest.ids())
  assert.deepEqual(seen.slice(0, last - first), range(first + 1, last))
})

test('D3: many readers get the same', async (t) => {
  const last = await cause(1)
  const readers = await Promise.all(range(1, 20).map(() => readEvents(t, daemon.socket(), last)))
  const newest = await cause(10)
  for (const reader of readers) {
    await reader.reaches(newest)
    assert.deepEqual(reader.ids(), range(last + 1, newest))
  }
})

for (const id of [
  'x',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  ' 5 5',
  '9'.repeat(16),
  '٣',
  '1,2',
  'null',
  '1;drop',
]) {
  test(`D3: a Last-Event-ID of "${id}" is 400`, async () => {
    const headers = {
      accept: 'text/event-stream',
      'last-event-id': Buffer.from(id).toString('latin1'),
    }
    const answer = await ask(daemon.socket(), '/v1/events', { headers })
    assert.equal(answer.status, 400)
    assert.equal(answer.json().error.message, 'Last-Event-ID has to be an event id')
  })
}

test('D3: a stream that is refused may be asked for again over the same connection', async (t) => {
  const agent = keepAlive(t)
  const options = { agent, headers: { accept: 'text/event-stream', 'last-event-id': 'x' } }
  for (let number = 0; number < 5; number++)
    assert.equal((await ask(daemon.socket(), '/v1/events', options)).status, 400)
  assert.equal((await ask(daemon.socket(), '/v1/hello', { agent })).status, 200)
})

test('D3: a stream takes no parameters, and says so', async () => {
  const answer = await ask(daemon.socket(), '/v1/events?limit=5', {
    headers: { accept: 'text/event-stream' },
  })
  assert.equal(answer.status, 400)
  assert.equal(answer.json().error.issues?.[0]?.field, 'limit')
})

test('D3: a reader that sends noise after its request is cut off, without an answer in the middle of its events', async (t) => {
  const reader = await readEvents(t, daemon.socket())
  reader.connection.send('\0\u0001 noise\r\n\r\n')
  const text = await reader.connection.untilClosed()
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1)
  await daemon.get().status()
})

test('D1: a daemon that leaves ends its streams in order, after its last word', async (t) => {
  const own = await startDaemon(t)
  const reader = await readEvents(t, own.house.paths.socket, 0)
  await own.ask('stop', { why: 'enough' })
  const text = await reader.connection.untilClosed()
  assert.match(text, /event: daemon_stopping\n/)
  assert.ok(text.endsWith('0\r\n\r\n'), 'the body ends as HTTP demands')
  assert.equal((await own.program.ended).code, 0)
})

test('D3: a reader that hangs up in the middle of the replay harms nobody', async (t) => {
  await cause(100)
  for (let number = 0; number < 50; number++) {
    const connection = await connectRaw(t, daemon.socket())
    connection.send('GET /v1/events HTTP/1.1\r\nHost: curfew\r\nLast-Event-ID: 0\r\n\r\n')
    if (number % 2 === 0) await connection.hears(/200 OK/)
    connection.socket.destroy()
  }
  await daemon.get().status()
})

/** Makes events happen; resolves to the id of the newest once all of them are kept. */
async function cause(count: number): Promise<number> {
  const before = await newestId()
  for (let number = 0; number < count; number++) await daemon.get().ask('reload')
  return waitFor(
    async () => {
      const newest = await newestId()
      return newest >= before + count ? newest : 0
    },
    { what: 'the events to be kept' },
  )
}

async function newestId(): Promise<number> {
  const [newest] = await daemon.get().ask('events', { limit: 1 })
  return newest?.id ?? 0
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
