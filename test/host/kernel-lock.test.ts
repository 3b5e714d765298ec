import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { type KernelLock, takeKernelLock } from '../../src/host/kernel-lock.ts'
import { onEnd } from '../support/cleaning.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const needsRoot = process.getuid?.() === 0 ? false : 'skipped: needs root'
const NOBODY = 65534

test('L3: one process holds, the others are told so, until it lets go', async (t) => {
  const path = place(t)
  const lock = hold(t, path)
  assert.equal(await askOther(t, path), 'busy')
  assert.equal(lock.lost(), undefined)
  lock.release()
  assert.equal(await askOther(t, path), 'held')
})

test('L3: the kernel lets go when the holder is killed', async (t) => {
  const path = place(t)
  const holder = await holdElsewhere(t, path)
  assert.equal(takeKernelLock(path).kind, 'busy')
  await holder.kill()
  hold(t, path)
})

test('L3: the holder itself cannot take it twice, and loses nothing by trying', async (t) => {
  const path = place(t)
  hold(t, path)
  for (let times = 0; times < 3; times += 1) assert.equal(takeKernelLock(path).kind, 'busy')
  assert.equal(await askOther(t, path), 'busy')
})

test('L3: released twice is released once', async (t) => {
  const path = place(t)
  const first = hold(t, path)
  first.release()
  const second = hold(t, path)
  first.release()
  assert.equal(second.lost(), undefined)
  assert.equal(await askOther(t, path), 'busy')
})

test('L1: the file is empty and private, whatever the umask and whatever it was', (t) => {
  const path = place(t)
  const umask = process.umask(0)
  onEnd(t, () => process.umask(umask))
  hold(t, path).release()
  assert.equal(statSync(path).mode & 0o777, 0o600)
  rmSync(path)
  writeFileSync(path, '', { mode: 0o644 })
  hold(t, path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(path).size, 0)
})

test('L9: nothing but the one file is left, while held and after', (t) => {
  const path = place(t)
  const lock = hold(t, path)
  assert.deepEqual(readdirSync(dirname(path)), ['.lock.db'])
  lock.release()
  assert.deepEqual(readdirSync(dirname(path)), ['.lock.db'])
})

test('L3: a file that is no database is emptied, which is told', async (t) => {
  const path = place(t)
  writeFileSync(path, Buffer.alloc(5000, 0xa5))
  const attempt = takeKernelLock(path)
  assert.equal(attempt.kind, 'held')
  if (attempt.kind !== 'held') return
  onEnd(t, () => attempt.lock.release())
  assert.match(attempt.note ?? '', /had 5000 bytes/)
  assert.equal(await askOther(t, path), 'busy')
})

test('L3: garbage written under a holder takes nothing from it', async (t) => {
  const path = place(t)
  const holder = await holdElsewhere(t, path)
  for (const size of [1, 100, 512, 5000]) {
    truncateSync(path, 0)
    writeFileSync(path, Buffer.alloc(size, 0xa5))
    assert.equal(takeKernelLock(path).kind, 'busy', `${size} bytes`)
    assert.equal(statSync(path).size, 0)
  }
  assert.equal(await askOther(t, path), 'busy')
  await holder.kill()
  hold(t, path)
})

for (const mode of ['delete', 'wal']) {
  test(`L3: another program's database in its place (${mode}) is emptied too`, async (t) => {
    const path = place(t)
    const database = new DatabaseSync(path)
    database.exec(`pragma journal_mode = ${mode}; create table x (y); insert into x values (1)`)
    database.close()
    hold(t, path)
    assert.equal(statSync(path).size, 0)
    assert.equal(await askOther(t, path), 'busy')
  })
}

for (const content of ['empty', 'half written']) {
  test(`L9: journals that a dead writer left beside a file that is ${content} do not matter`, async (t) => {
    const path = place(t)
    leaveHotJournal(path)
    if (content === 'empty') truncateSync(path, 0)
    writeFileSync(`${path}-wal`, Buffer.alloc(4096, 1))
    writeFileSync(`${path}-shm`, Buffer.alloc(4096, 1))
    const lock = hold(t, path)
    assert.equal(await askOther(t, path), 'busy')
    lock.release()
    assert.equal(await askOther(t, path), 'held')
    assert.equal(existsSync(`${path}-journal`), false)
  })
}

test('an empty folder in its place goes', async (t) => {
  const path = place(t)
  mkdirSync(path)
  hold(t, path)
  assert.equal(await askOther(t, path), 'busy')
})

test('a folder with something in it is left alone, with one line that says so', (t) => {
  const path = place(t)
  mkdirSync(`${path}/precious`, { recursive: true })
  refused(path, /not a file of its own/)
  assert.ok(existsSync(`${path}/precious`))
})

test('a link in its place is refused and not followed', (t) => {
  const path = place(t)
  writeFileSync(`${path}-victim`, 'precious')
  symlinkSync(`${path}-victim`, path)
  refused(path, /not a file of its own/)
  assert.equal(readFileSync(`${path}-victim`, 'utf8'), 'precious')
  assert.equal(lstatSync(path).isSymbolicLink(), true)
})

test('a second name of a file with content is refused and not emptied', (t) => {
  const path = place(t)
  writeFileSync(`${path}-victim`, 'precious')
  linkSync(`${path}-victim`, path)
  refused(path, /link to a file with content/)
  assert.equal(readFileSync(path, 'utf8'), 'precious')
})

test('a FIFO or device in its place is refused, at once', (t) => {
  const path = place(t)
  execFileSync('mkfifo', [path])
  refused(path, /not a file of its own/)
})

test("another user's file is refused", { skip: needsRoot }, (t) => {
  const path = place(t)
  writeFileSync(path, '')
  chownSync(path, NOBODY, NOBODY)
  refused(path, /belongs to user 65534/)
})

test('who may only read the file does not win', { skip: needsRoot }, async (t) => {
  const path = place(t)
  writeFileSync(path, '', { mode: 0o644 })
  chownSync(dirname(path), NOBODY, NOBODY)
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath]
  const program = startCommand(t, 'setpriv', [...asNobody, programPath('lock-kernel.ts'), path])
  assert.match(await program.nextLine(), /^opening lock file .*: EACCES$/)
})

test('L7: the holder notices that its file is gone, replaced, or moved', (t) => {
  const path = place(t)
  const first = hold(t, path)
  rmSync(path)
  assert.match(first.lost() ?? '', /gone/)
  const second = hold(t, path)
  assert.match(first.lost() ?? '', /replaced/)
  assert.equal(second.lost(), undefined)
  renameSync(path, `${path}-moved`)
  assert.match(second.lost() ?? '', /gone/)
})

test('L3: what the holder starts does not keep the lock after it', async (t) => {
  const path = place(t)
  for (const how of ['attached', 'detached']) {
    const holder = await holdElsewhere(t, path, how)
    const child = Number(await holder.nextLine())
    onEnd(t, () => process.kill(child, 'SIGKILL'))
    await holder.kill()
    hold(t, path).release()
    assert.doesNotThrow(() => process.kill(child, 0), 'the child is alive')
  }
})

test('L3: collecting garbage does not drop the lock', async (t) => {
  const path = place(t)
  const holder = startProgram(t, programPath('lock-kernel.ts'), [path, 'collect'], {
    nodeArgs: ['--expose-gc'],
  })
  assert.equal(await holder.nextLine(), 'held')
  assert.equal(await holder.nextLine(), 'collected')
  assert.equal(takeKernelLock(path).kind, 'busy')
})

function place(t: TestContext): string {
  return `${tempDir(t)}/.lock.db`
}

function hold(t: TestContext, path: string): KernelLock {
  const attempt = takeKernelLock(path)
  if (attempt.kind !== 'held') throw new Error('somebody else has it')
  onEnd(t, () => attempt.lock.release())
  return attempt.lock
}

function refused(path: string, message: RegExp): void {
  assert.throws(
    () => takeKernelLock(path),
    (error) =>
      error instanceof ProblemError &&
      error.problem.kind === 'unusable' &&
      message.test(error.message),
  )
}

async function holdElsewhere(t: TestContext, path: string, ...args: string[]): Promise<Program> {
  const holder = startProgram(t, programPath('lock-kernel.ts'), [path, ...args])
  assert.equal(await holder.nextLine(), 'held')
  return holder
}

async function askOther(t: TestContext, path: string): Promise<string> {
  const other = startProgram(t, programPath('lock-kernel.ts'), [path])
  const answer = await other.nextLine()
  await other.kill()
  return answer
}

/** What a writer leaves that is killed in the middle of a transaction too big for its memory. */
function leaveHotJournal(path: string): void {
  const database = new DatabaseSync(`${path}-origin`)
  database.exec('create table x (y); insert into x values (randomblob(400000))')
  database.exec('pragma cache_size = 2; begin; update x set y = randomblob(400000)')
  for (const suffix of ['', '-journal']) copyFileSync(`${path}-origin${suffix}`, path + suffix)
  database.close()
  assert.notEqual(statSync(path).size, 0)
  assert.notEqual(readFileSync(`${path}-journal`).readUInt32BE(8), 0, 'it has pages to roll back')
}
