import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDaemon } from '../support/daemon.ts'
import { readEvents } from '../support/event-reader.ts'
import { descriptorsOf, memoryOf } from '../support/memory.ts'
import { needsLinux } from '../support/needs.ts'
import { ask, connectRaw, keepAlive } from '../support/raw-http.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1024 * 1024
const CLIENTS = 48
const ROUNDS = rounds(150)

test(
  '13: many clients, readers that come and go and others that mean no good: no error, and memory stays flat',
  { skip: needsLinux() },
  async (t) => {
    const daemon = await startDaemon(t)
    const { socket } = daemon.house.paths
    const followers = await Promise.all(Array.from({ length: 16 }, () => readEvents(t, socket)))
    await work(30)
    const [memory, descriptors] = [memoryOf(daemon.pid), descriptorsOf(daemon.pid)]
    let working = true
    const mischief = makeMischief()
    await work(ROUNDS).finally(() => {
      working = false
    })
    await mischief
    const [newest] = await daemon.ask('events', { limit: 1 })
    for (const follower of followers) {
      await follower.reaches(newest?.id ?? 0)
      const ids = follower.ids()
      assert.deepEqual(
        ids,
        ids.map((_, index) => (ids[0] ?? 0) + index),
      )
    }
    await waitFor(() => descriptorsOf(daemon.pid) <= descriptors + 64, {
      what: 'descriptors to be given back',
    })
    const grown = memoryOf(daemon.pid) - memory
    assert.ok(grown < 60 * MIB, `grew by ${Math.round(grown / MIB)} MiB`)
    assert.equal((await daemon.stop()).code, 0)

    /** Each client over a connection of its own, in all verbs that can be asked again and again. */
    async function work(rounds: number): Promise<void> {
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        const agent = keepAlive(t)
        for (let round = 0; round < rounds; round++) {
          const [path, method] = PATHS[(client + round) % PATHS.length] ?? ['', '']
          const { status } = await askAgain(path, method, agent)
          assert.equal(status, 200)
        }
        agent.destroy()
      })
      await Promise.all(clients)
    }

    /** A connection that was kept may be closed to make room just when it is used: that is no error. */
    async function askAgain(
      path: string,
      method: string,
      agent: ReturnType<typeof keepAlive>,
    ): ReturnType<typeof ask> {
      try {
        return await ask(socket, path, { method, agent })
      } catch (error) {
        if (
          !(
            error instanceof Error &&
            'code' in error &&
            /ECONNRESET|EPIPE|EAGAIN/.test(String(error.code))
          )
        )
          throw error
        return askAgain(path, method, agent)
      }
    }

    async function makeMischief(): Promise<void> {
      for (let number = 0; working; number++) {
        const connection = await connectRaw(t, socket)
        connection.send(MISCHIEF[number % MISCHIEF.length] ?? '')
        const answered = (): boolean => connection.closed() || connection.heard() !== ''
        if (number % 10 === 3) await waitFor(answered, { what: 'a word' })
        connection.socket.destroy()
      }
    }
  },
)

const PATHS = [
  ['/v1/status', 'GET'],
  ['/v1/hello', 'GET'],
  ['/v1/events?limit=50', 'GET'],
  ['/v1/reload', 'POST'],
  ['/v1/openapi.json', 'GET'],
] as const

const MISCHIEF = [
  'noise\r\n\r\n',
  'GET /v1/events HTTP/1.1\r\nHost: curfew\r\nLast-Event-ID: 0\r\n\r\n',
  `POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n${'['.repeat(100_000)}`,
  'POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nContent-Length: 900000000\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\nHost: curfew\r\nOrigin: http://evil.example\r\n\r\n',
] as const
