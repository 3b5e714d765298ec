import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { onEnd } from '../support/cleaning.ts'
import { runCurfew, runJson } from '../support/cli.ts'
import { startDaemon } from '../support/daemon.ts'
import { type House, makeHouse } from '../support/house.ts'
import { needsCommand } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'

test('L9: the socket of the dead is replaced, and clients do not take it for a daemon', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  await first.kill()
  assert.ok(lstatSync(house.paths.socket).isSocket())
  assert.partialDeepStrictEqual(await runJson(house, ['status', '--json']), {
    code: 0,
    value: { daemon: { running: false } },
  })
  assert.equal((await runCurfew(house, ['stop'])).code, 0)
  assert.equal((await runCurfew(house, ['start'])).code, 0)
  assert.equal((await runCurfew(house, ['status'])).code, 0)
})

const THINGS: Record<string, (path: string, house: House) => void> = {
  'a file': (path) => writeFileSync(path, 'precious'),
  'a folder': (path) => mkdirSync(path),
  'a link': (path, { folder }) => {
    writeFileSync(join(folder, 'victim'), 'precious')
    symlinkSync(join(folder, 'victim'), path)
  },
}

for (const [name, put] of Object.entries(THINGS)) {
  test(`${name} in the socket's place is not ours to remove: one line, exit 6; reads go on`, async (t) => {
    const house = makeHouse(t)
    mkdirSync(house.home, { mode: 0o700 })
    put(house.paths.socket, house)
    const before = lstatSync(house.paths.socket)
    for (const command of ['daemon', 'start']) {
      const { code, stderr } = await runCurfew(house, [command])
      assert.equal(code, 6, command)
      assert.match(
        stderr,
        /^curfew: \S+curfew\.sock is not a socket; move it away, then start again\n$/,
      )
    }
    assert.equal(lstatSync(house.paths.socket).ino, before.ino)
    if (!before.isDirectory()) assert.equal(readFileSync(house.paths.socket, 'utf8'), 'precious')
    const { code, stdout } = await runCurfew(house, ['status'])
    assert.deepEqual([code, /none runs/.test(stdout)], [0, true])
    assert.equal((await runCurfew(house, ['events'])).code, 0)
    assert.equal((await runCurfew(house, ['stop'])).code, 0)
  })
}

const STRANGERS: Record<string, (socket: Socket) => void> = {
  'hangs up': (socket) => socket.destroy(),
  'speaks another language': (socket) => socket.end('220 mail.example ESMTP ready\r\n'),
  'is a web server of its own': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'),
  'answers with JSON that is not ours': (socket) =>
    socket.end(
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnull',
    ),
  'answers with another error': (socket) =>
    socket.end('HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\n{}'),
}

for (const [name, answer] of Object.entries(STRANGERS)) {
  test(`a stranger on the socket that ${name}: clients say so in one line and fail, a daemon takes its place`, async (t) => {
    const house = makeHouse(t)
    await strangerOn(t, house, answer)
    for (const args of [['status'], ['start'], ['stop'], ['events']]) {
      const { code, stdout, stderr } = await runCurfew(house, args)
      assert.match(stderr, /^curfew: [^\n]+\n$/, `one line from ${args.join()}: ${stderr}`)
      assert.deepEqual([code, stdout], [1, ''], args.join())
    }
    assert.ok(
      [1, 2].includes((await runCurfew(house, ['doctor'])).code ?? 0),
      'doctor finds it odd',
    )
    const daemon = await startDaemon(t, { house })
    assert.equal((await runCurfew(house, ['status'])).code, 0)
    assert.equal((await daemon.stop()).code, 0)
  })
}

test('D3: curl speaks to it as the help says', { skip: needsCommand('curl') }, async (t) => {
  const { house, pid } = await startDaemon(t)
  const script = 'curl -s --unix-socket "$("$@" paths --socket)" http://curfew/v1/status'
  const { CURFEW } = await import('../support/house.ts')
  const curl = startCommand(t, 'sh', ['-c', script, 'sh', ...CURFEW], { env: house.env })
  assert.equal((await curl.ended).code, 0)
  assert.equal(JSON.parse(curl.stdout()).daemon.pid, pid)
})

test('the socket is private from the first moment and gone with the daemon', async (t) => {
  const daemon = await startDaemon(t, { under: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] })
  const { socket } = daemon.house.paths
  assert.equal(lstatSync(socket).mode & 0o777, 0o600)
  await daemon.stop()
  assert.equal(existsSync(socket), false)
})

async function strangerOn(
  t: TestContext,
  house: House,
  answer: (socket: Socket) => void,
): Promise<void> {
  mkdirSync(house.home, { mode: 0o700 })
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(house.paths.socket, resolve))
  onEnd(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
}
