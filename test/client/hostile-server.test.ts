import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { callDaemon, type CallResult } from '../../src/client/call.ts'
import { followEvents } from '../../src/client/follow-events.ts'
import { PROTOCOL } from '../../src/contract/protocol.ts'
import { EXIT_CODES, ProblemError } from '../../src/domain/problem.ts'
import { selfIdentity } from '../../src/host/identity.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

const MIB = 1024 * 1024
const OURS = {
  'curfew-protocol': String(PROTOCOL),
  'curfew-version': '9.9.9',
  'content-type': 'application/json',
}

test('D2: an answer is taken however it is cut into pieces', async (t) => {
  const text = answer(200, OURS, '{"state":"WAKE","why":"ä🏠"}')
  const bytes = Buffer.from(text)
  for (const size of [1, 2, 7, 64, 10_000]) {
    const socket = await serve(t, (peer) => {
      for (let at = 0; at < bytes.length; at += size) peer.write(bytes.subarray(at, at + size))
      peer.end()
    })
    const result: CallResult<'status'> = await callDaemon('status', {}, { socket })
    assert.deepEqual(result, { kind: 'ok', value: { state: 'WAKE', why: 'ä🏠' } })
  }
})

test('D2: nobody there is no daemon, whatever the reason', async (t) => {
  const folder = tempDir(t)
  for (const socket of [join(folder, 'missing'), join(folder, 'a/b/c')]) {
    assert.deepEqual(await callDaemon('status', {}, { socket }), { kind: 'no_daemon' })
  }
})

const HOSTILE: readonly [string, (peer: Socket) => void, RegExp][] = [
  ['hangs up at once', (peer) => peer.destroy(), /broke/],
  ['hangs up politely without a word', (peer) => peer.end(), /broke/],
  ['never says anything', () => undefined, /does not answer/],
  [
    'says half a head and waits',
    (peer) => peer.write('HTTP/1.1 200 OK\r\ncurfew-'),
    /does not answer/,
  ],
  [
    'says half a head and hangs up',
    (peer) => peer.end('HTTP/1.1 200 OK\r\ncurfew-'),
    /broke|no curfew/,
  ],
  [
    'says half a body and waits',
    (peer) => peer.write(answer(200, { ...OURS, 'content-length': '100' }, '{"sta')),
    /does not answer/,
  ],
  [
    'says half a body and hangs up',
    (peer) => peer.end(answer(200, { ...OURS, 'content-length': '100' }, '{"sta')),
    /broke/,
  ],
  ['speaks another protocol', (peer) => peer.end('220 mail.example ESMTP\r\n'), /no curfew|broke/],
  [
    'says noise',
    (peer) => peer.end(Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])),
    /no curfew|broke/,
  ],
  [
    'is another HTTP server',
    (peer) => peer.end(answer(200, { 'content-type': 'text/html' }, '<html></html>')),
    /no curfew/,
  ],
  [
    'answers JSON without being a curfew',
    (peer) => peer.end(answer(200, {}, '{"state":"WAKE"}')),
    /no curfew/,
  ],
  ['answers no JSON', (peer) => peer.end(answer(200, OURS, '{"state":')), /no curfew/],
  ['answers null', (peer) => peer.end(answer(200, OURS, 'null')), /no curfew/],
  ['answers a text', (peer) => peer.end(answer(200, OURS, '"WAKE"')), /no curfew/],
  [
    'fails without a reason',
    (peer) => peer.end(answer(500, OURS, 'oops')),
    /answered 500 without a reason/,
  ],
  [
    'fails with a reason that is none',
    (peer) => peer.end(answer(500, OURS, '{"error":{"kind":"x","message":5}}')),
    /answered 500 without a reason/,
  ],
  [
    'fails with null as its reason',
    (peer) => peer.end(answer(400, OURS, '{"error":null}')),
    /answered 400 without a reason/,
  ],
  [
    'sends us elsewhere',
    (peer) => peer.end(answer(302, { ...OURS, location: 'http://evil/' }, '{}')),
    /answered 302 without a reason/,
  ],
  ['answers 100 MB', (peer) => pour(peer, answer(200, OURS, ''), 100 * MIB), /no curfew/],
  [
    'announces 100 MB and sends them',
    (peer) =>
      pour(peer, answer(200, { ...OURS, 'content-length': String(100 * MIB) }, ''), 100 * MIB),
    /no curfew/,
  ],
  [
    'sends headers without end',
    (peer) => pour(peer, 'HTTP/1.1 200 OK\r\nx: ', 100 * MIB),
    /no curfew/,
  ],
  [
    'sends a negative length',
    (peer) => peer.end(answer(200, { ...OURS, 'content-length': '-5' }, '{}')),
    /no curfew|broke/,
  ],
]

for (const [name, behave, says] of HOSTILE) {
  test(`D2: a server that ${name} is told as one line, within its time`, async (t) => {
    const socket = await serve(t, behave)
    const timeoutMs = says.test('does not answer') ? 300 : 20_000
    const result = await callDaemon('status', {}, { socket, timeoutMs })
    assert.ok(result.kind === 'problem', JSON.stringify(result).slice(0, 300))
    assert.ok(Object.hasOwn(EXIT_CODES, result.problem.kind))
    assert.match(result.problem.message, says)
    assert.match(result.problem.message, /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]+$/u)
  })
}

test('check 8: what a server says of its failure is told without what it could do to a terminal', async (t) => {
  const error = { kind: 'refused', message: 'no\u001b[2J\u202e', hint: 'try\nthis' }
  const socket = await serve(t, (peer) => peer.end(answer(409, OURS, JSON.stringify({ error }))))
  assert.deepEqual(await callDaemon('status', {}, { socket }), {
    kind: 'problem',
    problem: { kind: 'refused', message: 'no\\x1b[2J\\u{202e}', hint: 'try\\nthis' },
  })
})

test('D2: a server of another protocol is told as that', async (t) => {
  const headers = { ...OURS, 'curfew-protocol': '7' }
  const socket = await serve(t, (peer) => peer.end(answer(426, headers, '{}')))
  assert.deepEqual(await callDaemon('status', {}, { socket }), {
    kind: 'skew',
    theirs: 7,
    version: '9.9.9',
  })
})

test('D2: a connection that breaks before the answer is tried anew, a few times', async (t) => {
  let knocks = 0
  const socket = await serve(t, (peer) => {
    knocks++
    if (knocks < 3) peer.destroy()
    else peer.end(answer(200, OURS, '{"ok":1}'))
  })
  assert.equal((await callDaemon('status', {}, { socket })).kind, 'ok')
  assert.equal(knocks, 3)
})

test('D2: whatever bytes a server answers with, the caller gets a result and never an exception', async (t) => {
  const parts = fc.constantFrom(
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 500 no\r\n',
    'curfew-protocol: 1\r\n',
    'content-length: 5\r\n',
    'content-length: 99\r\n',
    'transfer-encoding: chunked\r\n',
    '\r\n',
    '{}',
    '5\r\n',
    '0\r\n\r\n',
    ': ',
    '\0',
  )
  const noise = fc.oneof(
    { weight: 4, arbitrary: parts },
    fc.string({ unit: 'binary', maxLength: 9 }),
  )
  const texts = fc.sample(
    fc.array(noise, { maxLength: 12 }).map((list) => list.join('')),
    200,
  )
  let current = ''
  const socket = await serve(t, (peer) => peer.end(current))
  for (const text of texts) {
    current = text
    const { kind } = await callDaemon('status', {}, { socket, timeoutMs: 2_000 })
    assert.ok(['ok', 'problem', 'skew'].includes(kind), JSON.stringify(text))
  }
})

for (const [name, behave] of [
  ['says what is no event', (peer: Socket) => peer.end(answer(200, OURS, 'data: {"id":\n\n'))],
  [
    'says one event without end',
    (peer: Socket) => pour(peer, answer(200, OURS, 'data: "'), 20 * MIB),
  ],
] as const) {
  test(`D2: a stream that ${name} is a clear problem and not a crash`, async (t) => {
    const socket = await serve(t, behave)
    const paths = { ...resolvePaths(join(tempDir(t), 'home'), {}), socket }
    mkdirSync(paths.home, { recursive: true })
    writeFileSync(paths.marker, ownMarker())
    await assert.rejects(
      followEvents(paths, 0, () => undefined),
      (error) => error instanceof ProblemError && /no curfew/.test(error.message),
    )
  })
}

/** As a daemon in this very process would have written it. */
function ownMarker(): string {
  const { pid, processStart: process_start, bootId: boot_id } = selfIdentity()
  const when = { started_at: new Date().toISOString(), schema_version: 1 }
  return JSON.stringify({ pid, hostname: hostname(), process_start, boot_id, ...when })
}

/** A server on a socket of its own that does as it likes with each request. */
async function serve(t: Cleaning, behave: (peer: Socket) => void): Promise<string> {
  const path = join(tempDir(t), 's')
  const peers = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (peer) => {
    peers.add(peer)
    // A client that has heard enough hangs up, which is what we are here to see.
    peer.on('error', () => peer.destroy())
    peer.on('close', () => peers.delete(peer))
    peer.once('data', () => behave(peer))
  })
  onEnd(t, () => {
    for (const peer of peers) peer.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return path
}

function answer(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n${body}`
}

/** Sends without end, as far as the other side takes it. */
function pour(peer: Socket, head: string, bytes: number): void {
  peer.write(head)
  const chunk = Buffer.alloc(MIB, 'y')
  let left = bytes
  function more(): void {
    while (left > 0 && !peer.destroyed) {
      left -= chunk.length
      if (!peer.write(chunk)) return void peer.once('drain', more)
    }
    peer.end()
  }
  more()
}
