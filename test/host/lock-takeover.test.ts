import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { Verdict } from '../../src/domain/lock.ts'
import { bootId, lookAt, selfIdentity } from '../../src/host/identity.ts'
import { onEnd } from '../support/cleaning.ts'
import {
  endedPid,
  hold,
  markerText,
  OLD_MARKER,
  takeHome,
  writeMarker,
} from '../support/lock-home.ts'
import { startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const stale: readonly [string, (t: TestContext) => Promise<object> | object, RegExp][] = [
  ['of a process that ended', async (t) => ({ pid: await endedPid(t) }), /is gone/],
  ['of a zombie', async (t) => ({ pid: await zombiePid(t) }), /is gone/],
  [
    'whose number another process has',
    (t) => ({ pid: livingPid(t), ...full('1') }),
    /given to another/,
  ],
  [
    'with four fields, whose number another process has',
    (t) => ({ pid: livingPid(t) }),
    /given to another/,
  ],
  [
    'of process 1',
    () => ({ pid: 1, started_at: new Date().toISOString() }),
    /first process|another user/,
  ],
  ['with our own number', () => ({ pid: process.pid, ...full('1') }), /is ours by now/],
  ['with four fields and our own number', () => ({ pid: process.pid }), /is ours by now/],
  [
    'of another boot',
    () => ({ ...ourselves(), boot_id: 'another' }),
    /before the machine was last started/,
  ],
  [
    'of the future',
    (t) => ({ pid: livingPid(t), started_at: '2999-01-01T00:00:00' }),
    /in the future/,
  ],
]

for (const [name, fields, reason] of stale) {
  test(`L3, L4: a marker ${name} blocks nobody`, async (t) => {
    const home = tempDir(t)
    writeMarker(home, await fields(t))
    const { previous } = await hold(t, home)
    assert.equal(previous?.verdict, 'dead')
    assert.match(previous.reason, reason)
    assert.match(previous.text, /^process \d+ on .+ since \d{4}-/)
    assert.equal(JSON.parse(markerText(home)).pid, process.pid)
  })
}

test('L3: a marker that we wrote ourselves and lost is ours', async (t) => {
  const home = tempDir(t)
  writeMarker(home, ourselves())
  assert.equal((await hold(t, home)).previous?.verdict, 'ours')
})

test('L4: an old program that provably lives keeps the home, until it ends', async (t) => {
  const home = tempDir(t)
  const holder = startCommand(t, 'sleep', ['60'])
  writeMarker(home, { pid: holder.pid, started_at: new Date().toISOString() })
  const before = markerText(home)
  const refused = await takeHome(home)
  assert.equal(!refused.held && refused.holder?.pid, holder.pid)
  assert.equal(markerText(home), before)
  await holder.kill()
  assert.equal((await hold(t, home)).previous?.verdict, 'dead')
})

test('L5: the marker of another host is taken over, and the host is named', async (t) => {
  const home = tempDir(t)
  writeMarker(home, { pid: process.ppid, hostname: 'else\u001b[31mwhere' })
  const { previous } = await hold(t, home)
  assert.equal(previous?.verdict, 'foreign')
  assert.match(previous.reason, /else\\x1b\[31mwhere/)
  assert.match(previous.text, /else\\x1b\[31mwhere/)
})

const garbage: readonly [string, (path: string, t: TestContext) => unknown][] = [
  ['nothing in it', (path) => writeFileSync(path, '')],
  ['binary in it', (path) => writeFileSync(path, Buffer.from([0, 255, 254, 27, 91, 10]))],
  ['half a marker', (path) => writeFileSync(path, '{"pid": 12, "host')],
  ['a list', (path) => writeFileSync(path, '[]')],
  ['pid true', (path) => writeFileSync(path, JSON.stringify({ ...OLD_MARKER, pid: true }))],
  [
    'a pid beyond 2^31',
    (path) => writeFileSync(path, JSON.stringify({ ...OLD_MARKER, pid: 2 ** 31 })),
  ],
  ['10 MB', (path) => writeFileSync(path, Buffer.alloc(10_000_000, 0x20))],
  ['an empty folder', (path) => mkdirSync(path)],
  ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ['a link to nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a socket', (path, t) => listen(t, path)],
]

for (const [name, plant] of garbage) {
  test(`L6: with ${name} in the marker's place a start succeeds`, async (t) => {
    const home = tempDir(t)
    await plant(`${home}/.locked`, t)
    const { previous, lock } = await hold(t, home)
    assert.equal(previous?.verdict, 'dead' satisfies Verdict)
    assert.equal(previous.marker, null)
    assert.match(`${previous.text} ${previous.reason}`, /^[\x20-\x7e…]+$/)
    assert.deepEqual(lock.check(), { ok: true })
    assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked'])
  })
}

test('L6: a folder with something in it keeps that, beside the marker', async (t) => {
  const home = tempDir(t)
  mkdirSync(`${home}/.locked/precious`, { recursive: true })
  await hold(t, home)
  const aside = readdirSync(home).find((name) => name.startsWith('.locked.set-aside-'))
  assert.ok(existsSync(`${home}/${aside}/precious`))
  assert.equal(JSON.parse(markerText(home)).pid, process.pid)
})

test('L6: what a link in its place points to is not touched', async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/victim`, 'precious')
  symlinkSync(`${home}/victim`, `${home}/.locked`)
  const { lock } = await hold(t, home)
  lock.release()
  assert.equal(readFileSync(`${home}/victim`, 'utf8'), 'precious')
})

function full(processStart: string): object {
  return { process_start: processStart, boot_id: bootId() }
}

function ourselves(): object {
  return { pid: process.pid, ...full(selfIdentity().processStart) }
}

function livingPid(t: TestContext): number {
  return startCommand(t, 'sleep', ['60']).pid
}

async function zombiePid(t: TestContext): Promise<number> {
  const parent = startCommand(t, 'sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
  const pid = Number(await parent.nextLine())
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the child to end' })
  return pid
}

async function listen(t: TestContext, path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onEnd(t, () => new Promise((resolve) => server.close(resolve)))
}
