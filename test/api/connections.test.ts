import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsLinux } from '../support/needs.ts'
import { descriptorsOf } from '../support/memory.ts'
import { ask, connectRaw, keepAlive, type RawConnection } from '../support/raw-http.ts'
import { shareDaemon } from '../support/shared-daemon.ts'
import { startDaemon } from '../support/daemon.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { waitFor } from '../support/wait-for.ts'

const daemon = shareDaemon()

/** The bounds of src/api/connections.ts. */
const MOST_CONNECTIONS = 64
const MOST_STREAMS = 64
const STREAM = 'GET /v1/events HTTP/1.1\r\nHost: curfew\r\nAccept: text/event-stream\r\n\r\n'

test(
  'check 12: a hundred that say nothing and a hundred that say it slowly keep nobody from an answer',
  { skip: needsLinux() },
  async (t) => {
    const quiet = await timesOf(20)
    const before = descriptorsOf(daemon.get().pid)
    const slow: RawConnection[] = []
    for (let number = 0; number < 100; number++) {
      await connectRaw(t, daemon.socket())
      slow.push(await connectRaw(t, daemon.socket()))
    }
    const trickle = setInterval(() => sendToAll(slow, 'G'), 20)
    const busy = await timesOf(40).finally(() => clearInterval(trickle))
    assert.ok(
      busy < Math.max(50 * quiet, 1_000),
      `${quiet} ms when quiet, ${busy} ms among the slow`,
    )
    const held = descriptorsOf(daemon.get().pid) - before
    assert.ok(held <= MOST_CONNECTIONS + 2, `${held} descriptors are held by them`)
  },
)

test('check 12: a body that comes a byte at a time keeps nobody from an answer', async (t) => {
  const head =
    'POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n'
  const slow = await Promise.all(Array.from({ length: 100 }, () => connectRaw(t, daemon.socket())))
  for (const each of slow) each.send(head)
  const trickle = setInterval(() => sendToAll(slow, ' '), 10)
  for (let number = 0; number < 40; number++) await daemon.get().status()
  clearInterval(trickle)
})

test('check 12: the one that has been silent longest makes room, not the one that asks', async (t) => {
  const agent = keepAlive(t)
  const mute: RawConnection[] = []
  for (let number = 0; number < MOST_CONNECTIONS + 10; number++) {
    mute.push(await connectRaw(t, daemon.socket()))
    assert.equal((await ask(daemon.socket(), '/v1/hello', { agent })).status, 200)
  }
  await waitFor(() => mute[0]?.closed(), { what: 'the first to make room' })
  assert.equal(mute.at(-1)?.closed(), false)
  assert.equal(Object.values(agent.freeSockets).flat().length, 1)
})

test('check 12: streams are counted apart: with all of them taken, requests are answered, and one more stream hears why not', async (t) => {
  const streams = await openStreams(t, MOST_STREAMS)
  await waitFor(() => streams.every((each) => each.heard().includes(': curfew')), {
    what: 'all streams to begin',
  })
  const refused = await connectRaw(t, daemon.socket())
  refused.send(STREAM)
  await refused.hears(/^HTTP\/1\.1 503 [^]*too many readers/)
  assert.equal((await ask(daemon.socket(), '/v1/status')).status, 200)
  streams[0]?.socket.destroy()
  await waitFor(async () => streamBegins(t), { what: 'the place to be free again', everyMs: 20 })
  for (const stream of streams) stream.socket.destroy()
  await waitFor(async () => streamBegins(t), { what: 'all places to be free' })
})

test(
  'check 12: a stream that was refused leaves its connection counted',
  { skip: needsLinux() },
  async (t) => {
    const before = descriptorsOf(daemon.get().pid)
    const bad = STREAM.replace('\r\n\r\n', '\r\nLast-Event-ID: x\r\n\r\n')
    const refused = await Promise.all(
      Array.from({ length: 150 }, () => connectRaw(t, daemon.socket())),
    )
    for (const each of refused) each.send(bad)
    await waitFor(() => refused.every((each) => each.closed() || each.heard().includes('400')), {
      what: 'all answers',
    })
    await waitFor(() => descriptorsOf(daemon.get().pid) - before <= MOST_CONNECTIONS + 2, {
      what: 'the surplus to go',
    })
  },
)

test(
  'D3: hundreds that connect and go away at any moment leave nothing behind',
  { skip: needsLinux() },
  async (t) => {
    await daemon.get().status()
    const before = descriptorsOf(daemon.get().pid)
    const moments = [
      '',
      'GET /v1/st',
      STREAM,
      'GET /v1/openapi.json HTTP/1.1\r\nHost: curfew\r\n\r\n',
      'POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nContent-Length: 9\r\n\r\n{',
    ]
    for (let number = 0; number < 300; number++) {
      const connection = await connectRaw(t, daemon.socket())
      connection.send(moments[number % moments.length] ?? '')
      connection.socket.destroy()
    }
    await waitFor(() => descriptorsOf(daemon.get().pid) <= before + 2, {
      what: 'the descriptors to be given back',
    })
    assert.equal((await daemon.get().status()).daemon.pid, daemon.get().pid)
  },
)

test('D1: a stop over a connection that would be kept is answered, and does not wait for its client', async (t) => {
  const own = await startDaemon(t)
  const connection = await connectRaw(t, own.house.paths.socket)
  const idle = await connectRaw(t, own.house.paths.socket)
  connection.send('POST /v1/stop HTTP/1.1\r\nHost: curfew\r\nContent-Length: 0\r\n\r\n')
  assert.match(await connection.untilClosed(), /^HTTP\/1\.1 200 [^]*"stopping":true/)
  await idle.untilClosed()
  assert.equal((await own.program.ended).code, 0)
})

/** The longest of so many answers, in milliseconds. */
async function timesOf(count: number): Promise<number> {
  let longest = 0
  for (let number = 0; number < count; number++) {
    const began = performance.now()
    assert.equal((await ask(daemon.socket(), '/v1/status')).status, 200)
    longest = Math.max(longest, performance.now() - began)
  }
  return longest
}

function sendToAll(connections: readonly RawConnection[], bytes: string): void {
  for (const connection of connections) connection.send(bytes)
}

function openStreams(t: Cleaning, count: number): Promise<RawConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await connectRaw(t, daemon.socket())
      connection.send(STREAM)
      return connection
    }),
  )
}

/** Whether one more stream is taken just now. */
async function streamBegins(t: Cleaning): Promise<boolean> {
  const connection = await connectRaw(t, daemon.socket())
  connection.send(STREAM)
  await connection.hears(/\r\n\r\n/)
  connection.socket.destroy()
  return connection.heard().startsWith('HTTP/1.1 200')
}
