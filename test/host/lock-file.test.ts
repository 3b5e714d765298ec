import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import { test, type TestContext } from 'node:test'
import type { Verdict } from '../../src/domain/lock.ts'
import { bootId, lookAt, selfIdentity } from '../../src/host/identity.ts'
import { type HomeLock, type LockAttempt, type Previous, takeLock } from '../../src/host/lock-file.ts'
import { onEnd } from '../support/cleaning.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const needsRoot = process.getuid?.() === 0 ? false : 'skipped: needs root'
const STARTED_AT_MS = Date.UTC(2026, 10, 20, 10, 0, 0, 123)
const OLD = { pid: 1, hostname: os.hostname(), started_at: '2020-01-01T00:00:00Z', schema_version: 1 }

interface Answer {
  readonly held?: boolean
  readonly holder?: { readonly pid: number } | null
  readonly previous?: Previous | null
  readonly error?: string
  readonly ok?: boolean
  readonly reason?: string
}

test('L1: a first start writes the marker, private, with every field, and leaves nothing else', async (t) => {
  const home = tempDir(t)
  const { previous, notes } = await hold(t, home)
  assert.deepEqual(JSON.parse(markerText(home)), {
    pid: process.pid,
    hostname: os.hostname(),
    started_at: '2026-11-20T10:00:00.123Z',
    schema_version: 1,
    process_start: selfIdentity().processStart,
    boot_id: bootId(),
    version: '1.0.0',
  })
  assert.equal(statSync(`${home}/.locked`).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked'])
  assert.deepEqual({ previous, notes }, { previous: null, notes: [] })
})

test('L2: the second is told who has it and changes nothing', async (t) => {
  const home = tempDir(t)
  await hold(t, home)
  const before = markerText(home)
  const answer = await tell(await standing(t), `take ${home}`)
  assert.deepEqual([answer.held, answer.holder?.pid], [false, process.pid])
  assert.equal(markerText(home), before)
})

test('L2: the holder itself is told that it has it', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  const again = await take(home)
  assert.equal(!again.held && again.holder?.pid, process.pid)
  assert.deepEqual(lock.check(), { ok: true })
})

test('L2: one that comes while the holder leaves gets it', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  rmSync(`${home}/.locked`)
  const coming = take(home)
  lock.release()
  assert.equal(release(t, await coming).held, true)
})

const stale: readonly [string, (t: TestContext) => Promise<object> | object, RegExp][] = [
  ['of a process that ended', async (t) => ({ pid: await endedPid(t) }), /is gone/],
  ['of a zombie', async (t) => ({ pid: await zombiePid(t) }), /is gone/],
  ['whose number another process has', () => ({ pid: process.ppid, ...full('1') }), /given to another/],
  ['with four fields, whose number another process has', () => ({ pid: process.ppid }), /given to another/],
  ['of process 1', () => ({ pid: 1, started_at: new Date().toISOString() }), /first process|another user/],
  ['with our own number', () => ({ pid: process.pid, ...full('1') }), /is ours by now/],
  ['with four fields and our own number', () => ({ pid: process.pid }), /is ours by now/],
  ['of another boot', () => ({ ...ourselves(), boot_id: 'another' }), /before the machine was last started/],
  ['of the future', () => ({ pid: process.ppid, started_at: '2999-01-01T00:00:00' }), /in the future/],
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
  const refused = await take(home)
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
  ['pid true', (path) => writeFileSync(path, JSON.stringify({ ...OLD, pid: true }))],
  ['a pid beyond 2^31', (path) => writeFileSync(path, JSON.stringify({ ...OLD, pid: 2 ** 31 }))],
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

test('L7: letting go removes our marker and nothing else', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  lock.release()
  lock.release()
  assert.deepEqual(readdirSync(home), ['.lock.db'])
  assert.equal(lock.check().ok, false)
  assert.equal((await tell(await standing(t), `take ${home}`)).held, true)
})

const losses: readonly [string, (home: string) => void, RegExp][] = [
  ['its marker is gone', (home) => rmSync(`${home}/.locked`), /marker .* is gone/],
  ['its marker names somebody else', (home) => writeMarker(home, { pid: 4 }), /not ours any more: .*4/],
  ['its marker is garbage', (home) => writeFileSync(`${home}/.locked`, Buffer.of(255)), /not UTF-8/],
  ['its lock file is gone', (home) => rmSync(`${home}/.lock.db`), /lock file .* is gone/],
  ['its lock file is another', (home) => replaceLockFile(home), /lock file .* was replaced/],
  ['its home is gone', (home) => rmSync(home, { recursive: true }), /lock file .* is gone/],
]

for (const [name, lose, reason] of losses) {
  test(`L7: a holder notices that ${name}, and takes nothing with it`, async (t) => {
    const home = `${tempDir(t)}/home`
    mkdirSync(home)
    const { lock } = await hold(t, home)
    lose(home)
    const before = existsSync(home) ? readdirSync(home).sort() : []
    const check = lock.check()
    assert.match(check.ok ? 'ok' : check.reason, reason)
    const ours = existsSync(`${home}/.locked`) && markerText(home).includes(bootId())
    lock.release()
    const after = existsSync(home) ? readdirSync(home).sort() : []
    assert.deepEqual(after, ours ? before.filter((name_) => name_ !== '.locked') : before)
  })
}

test('L7: a marker that was touched or rewritten with the same text is still ours', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  utimesSync(`${home}/.locked`, 1, 1)
  assert.deepEqual(lock.check(), { ok: true })
  const text = markerText(home)
  writeFileSync(`${home}/copy`, text)
  renameSync(`${home}/copy`, `${home}/.locked`)
  assert.deepEqual(lock.check(), { ok: true })
})

test('L7: a home cannot be doubled by taking the lock file from under a holder', async (t) => {
  const home = tempDir(t)
  const holder = await standing(t)
  assert.equal((await tell(holder, `take ${home}`)).held, true)
  rmSync(`${home}/.lock.db`)
  const refused = await take(home)
  assert.equal(!refused.held && refused.holder?.pid, holder.pid)
  assert.equal((await tell(holder, 'check')).ok, false)
  await tell(holder, 'release')
  await hold(t, home)
})

test('L9: temp files of writers that are gone go, those of the living stay', async (t) => {
  const home = tempDir(t)
  const gone = await endedPid(t)
  const living = startCommand(t, 'sleep', ['60'])
  const stays = [tempName(living.pid), `${tempName(gone)}.txt`, 'tmp-1-0123456789ab']
  const goes = [tempName(gone), tempName(process.pid), tempName(process.ppid)]
  for (const name of [...stays, ...goes]) writeFileSync(`${home}/${name}`, '')
  utimesSync(`${home}/${tempName(process.ppid)}`, 1, 1)
  const { notes } = await hold(t, home)
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked', ...stays].sort())
  assert.deepEqual(notes, [])
})

test('L9: what cannot be swept is told and stops nothing', async (t) => {
  const home = tempDir(t)
  const name = tempName(await endedPid(t))
  mkdirSync(`${home}/${name}`)
  const { notes } = await hold(t, home)
  assert.equal(notes.length, 1)
  assert.match(notes[0] ?? '', new RegExp(name))
})

test('L3: a file that is no database in the place of the lock is told among the notes', async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/.lock.db`, 'x'.repeat(99))
  assert.match((await hold(t, home)).notes.join(), /had 99 bytes/)
})

test('a marker that cannot be written is one clear line, and the lock is let go', { skip: needsRoot }, async (t) => {
  const home = tempDir(t)
  execFileSync('chmod', ['755', home])
  writeFileSync(`${home}/.lock.db`, '')
  chownSync(`${home}/.lock.db`, 65534, 65534)
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath]
  for (let times = 0; times < 2; times += 1) {
    const program = startCommand(t, 'setpriv', [...asNobody, programPath('lock-standing.ts')])
    await program.nextLine()
    const { error } = await tell(program, `take ${home}`)
    assert.match(error ?? '', /^writing lock marker \/.*\/\.locked: EACCES$/)
  }
})

type Held = Extract<LockAttempt, { held: true }>

async function hold(t: TestContext, home: string): Promise<Held> {
  const attempt = release(t, await take(home))
  if (!attempt.held) throw new Error(`held by ${JSON.stringify(attempt.holder)}`)
  return attempt
}

function release(t: TestContext, attempt: LockAttempt): LockAttempt {
  const letGo = (lock: HomeLock): void => lock.release()
  if (attempt.held) onEnd(t, () => letGo(attempt.lock))
  return attempt
}

function take(home: string): Promise<LockAttempt> {
  const paths = { marker: `${home}/.locked`, database: `${home}/.lock.db` }
  return takeLock(paths, { hostname: os.hostname(), version: '1.0.0', startedAtMs: STARTED_AT_MS })
}

async function standing(t: TestContext): Promise<Program> {
  const program = startProgram(t, programPath('lock-standing.ts'))
  await program.nextLine()
  return program
}

async function tell(program: Program, line: string): Promise<Answer> {
  program.send(line)
  const answer: unknown = JSON.parse(await program.nextLine())
  return answer as Answer
}

function markerText(home: string): string {
  return readFileSync(`${home}/.locked`, 'utf8')
}

function writeMarker(home: string, fields: object): void {
  writeFileSync(`${home}/.locked`, JSON.stringify({ ...OLD, ...fields }), { mode: 0o600 })
}

function full(processStart: string): object {
  return { process_start: processStart, boot_id: bootId() }
}

function ourselves(): object {
  return { pid: process.pid, ...full(selfIdentity().processStart) }
}

function tempName(pid: number): string {
  return `.tmp-${pid}-0123456789ab`
}

function replaceLockFile(home: string): void {
  writeFileSync(`${home}/new`, '')
  renameSync(`${home}/new`, `${home}/.lock.db`)
}

async function endedPid(t: TestContext): Promise<number> {
  const program = startCommand(t, 'true', [])
  await program.ended
  return program.pid
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
