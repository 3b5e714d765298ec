import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEnd } from '../support/cleaning.ts'
import { startDaemon } from '../support/daemon.ts'
import { readEvents } from '../support/event-reader.ts'
import { descriptorsOf } from '../support/memory.ts'
import { needsLinux } from '../support/needs.ts'
import { ask, connectRaw, type RawConnection } from '../support/raw-http.ts'
import { waitFor } from '../support/wait-for.ts'

const HEAD = 'POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nContent-Type: application/json\r\n'

test(
  'check 12: who takes too long over a request is cut off in time, and meanwhile everybody else is answered',
  { skip: needsLinux() },
  async (t) => {
    const daemon = await startDaemon(t)
    const { socket } = daemon.house.paths
    const before = descriptorsOf(daemon.pid)
    const reader = await readEvents(t, socket)
    const slow: RawConnection[] = []
    for (let number = 0; number < 20; number++) {
      slow.push(await connectRaw(t, socket), await connectRaw(t, socket))
      slow.at(-1)?.send(`${HEAD}Content-Length: 1000000\r\n\r\n`)
      slow.at(-2)?.send('POST /v1/reload HTTP/1.1\r\nHost: curfew\r\nX-Long: ')
    }
    const trickle = setInterval(() => {
      for (const each of slow) each.send(' ')
    }, 100)
    onEnd(t, () => clearInterval(trickle))
    async function allCutOff(): Promise<boolean> {
      assert.equal((await ask(socket, '/v1/status')).status, 200)
      return slow.every((each) => each.closed())
    }
    await waitFor(allCutOff, { what: 'the slow to be cut off', timeoutMs: 180_000, everyMs: 50 })
    for (const each of slow) assert.match(each.heard(), /^HTTP\/1\.1 408 [^]*took too long|^$/)
    assert.equal(reader.connection.closed(), false, 'a stream is not a slow request')
    assert.ok(descriptorsOf(daemon.pid) <= before + 3)
    assert.equal((await daemon.stop()).code, 0)
  },
)
