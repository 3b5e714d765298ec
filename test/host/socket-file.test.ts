import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { listenOn } from '../../src/host/socket-file.ts'
import { requestOverSocket } from '../../src/host/socket-request.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

test('check 3: the socket is private from the first moment that its name is there', async (t) => {
  const path = join(tempDir(t), 'curfew.sock')
  const modes: number[] = []
  const watcher = watch(join(path, '..'), (_event, name) => {
    if (name === 'curfew.sock')
      modes.push((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0o600) & 0o777)
  })
  onEnd(t, () => watcher.close())
  const umask = process.umask(0o077)
  try {
    await listenOn(serverFor(t), path)
  } finally {
    process.umask(umask)
  }
  assert.equal(lstatSync(path).mode & 0o777, 0o600)
  for (const mode of modes) assert.equal(mode, 0o600)
  assert.deepEqual(readdirSync(join(path, '..')), ['curfew.sock'])
})

test('L9: the socket of the dead is replaced', async (t) => {
  const path = join(tempDir(t), 'curfew.sock')
  const first = serverFor(t)
  await listenOn(first, path)
  const left = lstatSync(path).ino
  first.close()
  assert.equal(lstatSync(path).ino, left)
  assert.deepEqual(await knock(path), { kind: 'nobody' })
  await listenOn(serverFor(t), path)
  assert.notEqual((await knock(path)).kind, 'nobody')
})

test('leaving takes our name away, and nobody else’s', async (t) => {
  const path = join(tempDir(t), 'curfew.sock')
  const [old, next] = [serverFor(t), serverFor(t)]
  const first = await listenOn(old, path)
  const second = await listenOn(next, path)
  first.remove()
  old.close()
  assert.notEqual((await knock(path)).kind, 'nobody')
  second.remove()
  assert.equal(existsSync(path), false)
  second.remove()
})

test('check 4: what is no socket is not removed', async (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'victim'), 'precious')
  const kinds = {
    file: (path: string) => writeFileSync(path, 'precious'),
    folder: (path: string) => mkdirSync(path),
    link: (path: string) => symlinkSync(join(folder, 'victim'), path),
  }
  for (const [kind, make] of Object.entries(kinds)) {
    const path = join(folder, `${kind}.sock`)
    make(path)
    await assert.rejects(listenOn(serverFor(t), path), (error) => {
      assert.ok(error instanceof ProblemError)
      assert.equal(error.message, `${path} is not a socket`)
      return true
    })
    assert.ok(!lstatSync(path).isSocket())
  }
  assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'precious')
})

test('a folder that is gone is one line, not a crash', async (t) => {
  const folder = join(tempDir(t), 'home')
  const path = join(folder, 'curfew.sock')
  await assert.rejects(
    listenOn(serverFor(t), path),
    /^ProblemError: listening on .*curfew\.sock: \w+$/,
  )
  mkdirSync(folder)
  const bound = await listenOn(serverFor(t), path)
  rmSync(folder, { recursive: true })
  bound.remove()
})

function serverFor(t: Cleaning): Server {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).destroy())
  onEnd(t, () => new Promise((resolve) => server.close(resolve)))
  return server
}

function knock(socket: string): ReturnType<typeof requestOverSocket> {
  return requestOverSocket({
    socket,
    method: 'GET',
    path: '/',
    headers: {},
    body: undefined,
    timeoutMs: 5_000,
  })
}
