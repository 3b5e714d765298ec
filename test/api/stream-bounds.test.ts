import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createApi } from '../../src/api/server.ts'
import { listenOn } from '../../src/host/socket-file.ts'
import { onEnd } from '../support/cleaning.ts'
import { damagedStore } from '../support/damaged-store.ts'
import { makeDeps, silentEvents } from '../support/deps.ts'
import { readEvents } from '../support/event-reader.ts'
import { openTempStore } from '../support/open-temp-store.ts'
import { ask, connectRaw, type RawConnection } from '../support/raw-http.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1024 * 1024

test('D3: a reader that hangs up is no longer told anything: no listener is left', async (t) => {
  const house = await open(t)
  const readers = await Promise.all(Array.from({ length: 40 }, () => readEvents(t, house.socket)))
  assert.equal(house.listeners(), 40)
  for (const reader of readers) reader.connection.socket.destroy()
  await waitFor(() => house.listeners() === 0, { what: 'all to be forgotten' })
  for (let number = 0; number < 100; number++) {
    const connection = await connectRaw(t, house.socket)
    connection.send('GET /v1/events HTTP/1.1\r\nHost: curfew\r\nLast-Event-ID: 0\r\n\r\n')
    connection.socket.destroy()
  }
  assert.equal((await ask(house.socket, '/v1/status')).status, 200)
  await waitFor(() => house.listeners() === 0, { what: 'these to be forgotten too' })
  assert.deepEqual(house.bugs, [])
})

test('D3: a reader that never reads is cut off before much piles up for it; others are not', async (t) => {
  const house = await open(t)
  const good = await readEvents(t, house.socket)
  const stuck = await listenWithoutReading(t, house.socket)
  await waitFor(() => house.listeners() === 2, { what: 'both to listen' })
  const before = process.memoryUsage().rss
  let told = 0
  while (house.listeners() === 2 && told < 400) {
    house.emit('x'.repeat(20_000))
    told++
    await house.flush()
    await good.reaches(told)
  }
  assert.equal(house.listeners(), 1)
  assert.ok(told * 40_000 < 20 * MIB, `${told} events piled up`)
  assert.ok(process.memoryUsage().rss - before < 200 * MIB)
  house.emit('after')
  await good.reaches(told + 1)
  stuck.socket.resume()
  await stuck.untilClosed()
  assert.deepEqual(house.bugs, [])
})

test('D3: a reader that reads slowly gets all of a long past, and the past never piles up for it', async (t) => {
  const house = await open(t)
  for (let number = 0; number < 3_000; number++) {
    house.emit(`${number} ${'y'.repeat(2_000)}`)
    if (number % 500 === 0) await house.flush()
  }
  await house.flush()
  const reader = await readEvents(t, house.socket, 1_000)
  const sips = setInterval(() => {
    if (reader.connection.socket.isPaused()) reader.connection.socket.resume()
    else reader.connection.socket.pause()
  }, 3)
  onEnd(t, () => clearInterval(sips))
  await waitFor(
    () => reader.connection.heard().includes('id: 3000\n') || reader.connection.closed(),
    { what: 'the last event', everyMs: 50 },
  )
  clearInterval(sips)
  reader.connection.socket.resume()
  await reader.reaches(3_000)
  assert.deepEqual(
    reader.ids(),
    Array.from({ length: 2_000 }, (_, index) => 1_001 + index),
  )
  house.emit('live')
  await house.flush()
  await reader.reaches(3_001)
})

test('D3: a reader that stops reading in the middle of a long past is given up after a while', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const house = await open(t)
  for (let number = 0; number < 2_000; number++) house.emit('z'.repeat(2_000))
  await house.flush()
  const stuck = await listenWithoutReading(t, house.socket, 0)
  await waitFor(() => house.listeners() === 1, { what: 'it to listen' })
  t.mock.timers.tick(25_000)
  await turn()
  assert.equal(house.listeners(), 1, 'it is given some time')
  t.mock.timers.tick(25_000)
  await waitFor(() => house.listeners() === 0, { what: 'it to be given up' })
  stuck.socket.destroy()
  assert.deepEqual(house.bugs, [])
})

test('D3: a reader with nothing to hear is told now and then that somebody is there, and stays', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const house = await open(t)
  const reader = await readEvents(t, house.socket)
  for (let time = 0; time < 4; time++) {
    t.mock.timers.tick(25_000)
    await turn()
  }
  await waitFor(() => (reader.connection.heard().match(/: here\n\n/g)?.length ?? 0) === 4, {
    what: 'four signs of life',
  })
  assert.equal(house.listeners(), 1)
})

test('D4: a store that fails while the past is read ends the stream, and the daemon goes on', async (t) => {
  const house = await open(t)
  house.emit('x')
  await house.flush()
  await house.breakStore()
  const connection = await connectRaw(t, house.socket)
  connection.send('GET /v1/events HTTP/1.1\r\nHost: curfew\r\nLast-Event-ID: 0\r\n\r\n')
  await connection.untilClosed()
  const list = await ask(house.socket, '/v1/events')
  assert.equal(list.status, 500)
  assert.equal(list.json().error.kind, 'failed')
  assert.match(list.json().error.message, /^store: .*malformed/)
  assert.equal((await ask(house.socket, '/v1/status')).status, 200)
  assert.equal(house.listeners(), 0)
  assert.deepEqual(house.bugs, [])
})

test('check 8: what somebody said reaches a terminal harmless also through the API, and means the same', async (t) => {
  const evil = 'a\u009b31m\u202e\u2028\u{e0041}\ud800 ä🏠'
  const house = await open(t, () => [evil])
  const reader = await readEvents(t, house.socket, 0)
  house.emit(evil)
  await reader.reaches(1)
  const list = await ask(house.socket, '/v1/events')
  const status = await ask(house.socket, '/v1/status')
  for (const text of [list.text, status.text])
    assert.match(text, /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]+\n$/u)
  assert.deepEqual(status.json()['warnings'], [evil])
  assert.equal(reader.events()[0]?.data.message, `woken by ${evil}`)
  const heard = Buffer.from(reader.connection.heard(), 'latin1').toString()
  assert.doesNotMatch(heard, /[\u0080-\u009f\u202e\u2028\u{e0041}]/u)
})

test('a mistake in the program is answered with 500, told whole to the log and not at all to the client', async (t) => {
  const house = await open(t, () => {
    throw new TypeError('secret.place is not a function')
  })
  const answer = await ask(house.socket, '/v1/status')
  assert.equal(answer.status, 500)
  assert.doesNotMatch(answer.text, /secret/)
  assert.equal(house.bugs.length, 1)
  assert.match(String(house.bugs[0]), /secret\.place/)
})

interface Open {
  readonly socket: string
  readonly bugs: unknown[]
  listeners(): number
  emit(by: string): void
  flush(): Promise<void>
  breakStore(): Promise<void>
}

/** The API in this process, so that what it holds on to can be counted. */
async function open(t: TestContext, warnings: () => string[] = () => []): Promise<Open> {
  let store = openTempStore(t)
  const events = silentEvents(() => store)
  const bugs: unknown[] = []
  let listeners = 0
  const deps = makeDeps(t, {
    store: () => store,
    warnings,
    events: {
      ...events,
      subscribe: (listener) => {
        const leave = events.subscribe(listener)
        listeners++
        return () => {
          listeners--
          leave()
        }
      },
    },
  })
  const api = createApi({ ...deps, bug: (error) => bugs.push(error) })
  const socket = join(tempDir(t), 's')
  const bound = await listenOn(api.server, socket)
  onEnd(t, async () => {
    bound.remove()
    await api.close(100)
    await waitFor(() => listeners === 0, { what: 'the last listener to be forgotten' })
  })
  return {
    socket,
    bugs,
    listeners: () => listeners,
    emit: (by) => events.emit({ type: 'woken', by }),
    flush: () => events.flush(),
    breakStore: async () => {
      store = await damagedStore(t)
    },
  }
}

async function listenWithoutReading(
  t: TestContext,
  socket: string,
  lastId?: number,
): Promise<RawConnection> {
  const connection = await connectRaw(t, socket)
  connection.socket.pause()
  const resume = lastId === undefined ? '' : `Last-Event-ID: ${lastId}\r\n`
  connection.send(`GET /v1/events HTTP/1.1\r\nHost: curfew\r\n${resume}\r\n`)
  return connection
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
