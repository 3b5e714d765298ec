import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProblemError } from '../../src/domain/problem.ts'
import { type LogFile, type LogFileOptions, openLogFile } from '../../src/host/log-file.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { needsSmallDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { tempDir } from '../support/temp-dir.ts'

const LIMITS: LogFileOptions = { maxBytes: 1000, keep: 3 }

test('D5: lines are appended to a private file, also by the next daemon', (t) => {
  const folder = tempDir(t)
  for (const line of ['one\n', 'zwölf 🏠\n']) {
    const log = openLogFile(folder, 'a.log', LIMITS)
    log.write(line)
    log.close()
  }
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'one\nzwölf 🏠\n')
  assert.equal(statSync(join(folder, 'a.log')).mode & 0o777, 0o600)
})

test('D5: no file grows beyond the bound, no more than are kept are there, and the newest lines are whole and in order', (t) => {
  const line = fc.string({ maxLength: 300 }).map((text) => text.replaceAll('\n', ' '))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 80 }),
      fc.integer({ min: 1, max: 4 }),
      (texts, keep) => {
        const folder = tempDir(t)
        const log = openLogFile(folder, 'a.log', { maxBytes: 1000, keep })
        const said = texts.map((text, number) => `${number} ${text}\n`)
        for (const each of said) log.write(each)
        log.close()
        assert.equal(log.problem(), undefined)
        const names = readdirSync(folder)
        assert.ok(names.length <= keep + 1)
        for (const name of names) assert.ok(statSync(join(folder, name)).size <= 1000)
        const all = oldestFirst(folder, keep)
        assert.equal(all, said.slice(said.length - all.split('\n').length + 1).join(''))
        if (names.length <= keep) assert.equal(all, said.join(''))
      },
    ),
    { numRuns: 60 },
  )
})

test('D5: a line longer than the bound has a file of its own', (t) => {
  const { folder, log } = open(t)
  log.write('a\n')
  log.write(`${'x'.repeat(3000)}\n`)
  log.write('b\n')
  assert.equal(oldestFirst(folder, 3), `a\n${'x'.repeat(3000)}\nb\n`)
})

test('D5: a file that is full already is rotated by the first line', (t) => {
  const folder = tempDir(t)
  writeFileSync(join(folder, 'a.log'), 'o'.repeat(1000))
  const log = openLogFile(folder, 'a.log', LIMITS)
  onEnd(t, () => log.close())
  log.write('new\n')
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'new\n')
  assert.equal(statSync(join(folder, 'a.log.1')).size, 1000)
})

test('D4: a log that somebody removed or renamed is there again after the next look', (t) => {
  const { folder, log } = open(t)
  log.write('one\n')
  rmSync(join(folder, 'a.log'))
  log.followName()
  log.write('two\n')
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'two\n')
  renameSync(join(folder, 'a.log'), join(folder, 'elsewhere'))
  log.followName()
  log.followName()
  log.write('three\n')
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'three\n')
  assert.equal(readFileSync(join(folder, 'elsewhere'), 'utf8'), 'two\n')
})

test('D4: with its whole folder gone it says so, throws nothing, and mends itself when the folder is back', (t) => {
  const { folder, log } = open(t)
  rmSync(folder, { recursive: true })
  log.followName()
  assert.match(log.problem() ?? '', /^writing log .*a\.log: ENOENT$/)
  log.write('lost\n')
  mkdirSync(folder)
  log.followName()
  log.write('kept\n')
  assert.equal(log.problem(), undefined)
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), 'kept\n')
})

test('check 4: a link planted at its name is refused at the start, and what it leads to is untouched', (t) => {
  const folder = tempDir(t)
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'precious')
  symlinkSync(victim, join(folder, 'a.log'))
  refused(folder, /ELOOP/)
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
})

test('check 4: a link that takes its place while it runs is not followed, also not by rotation', (t) => {
  const { folder, log } = open(t)
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'precious')
  rmSync(join(folder, 'a.log'))
  symlinkSync(victim, join(folder, 'a.log'))
  log.followName()
  assert.match(log.problem() ?? '', /ELOOP/)
  for (let number = 0; number < 100; number++) log.write(`${'y'.repeat(50)}\n`)
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
})

test('check 5: a folder, a FIFO or a device in its place is refused in one line, without waiting', (t) => {
  const folder = tempDir(t)
  mkdirSync(join(folder, 'a.log'))
  refused(folder, /EISDIR/)
  const other = tempDir(t)
  execFileSync('mkfifo', [join(other, 'a.log')])
  refused(other, /ENXIO/)
})

test('D5: when an old file cannot be moved on, nothing is lost of what is there, and it says so', (t) => {
  const { folder, log } = open(t)
  mkdirSync(join(folder, 'a.log.3', 'full'), { recursive: true })
  for (const letter of ['a', 'b', 'c', 'd', 'e', 'f']) log.write(`${letter.repeat(900)}\n`)
  assert.match(log.problem() ?? '', /^writing log .*a\.log: \w+$/)
  rmSync(join(folder, 'a.log.3'), { recursive: true })
  log.write('g\n')
  assert.equal(log.problem(), undefined)
  assert.match(oldestFirst(folder, 3), /^a{900}\nb{900}\nc{900}\n(?:d{900}\n)?g\n$/)
})

test(
  'D5: when the new file cannot be made, older ones are not pushed out by trying',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 256, 'log-without-inodes.ts', { inodes: 8 })
    const { problem, solved, kept } = JSON.parse(await program.nextLine())
    assert.match(problem, /ENOSPC/)
    assert.equal(solved, null)
    assert.deepEqual(kept, ['a', 'b', 'z'])
  },
)

test(
  'D4: a full disk costs lines, not the daemon; it is said, and nothing is torn once there is room',
  { skip: needsSmallDisk() },
  async (t) => {
    const program = startOnSmallDisk(t, 128, 'fill-log.ts')
    const { problem, solved, lines } = JSON.parse(await program.nextLine())
    assert.match(problem, /ENOSPC/)
    assert.equal(solved, null)
    assert.ok(lines.length > 2)
    for (const line of lines.slice(0, -2)) assert.equal(line, 'x'.repeat(200))
    assert.match(lines.at(-2), /^x{1,200}$/)
    assert.equal(lines.at(-1), 'there is room')
  },
)

function open(t: Cleaning): { folder: string; log: LogFile } {
  const folder = join(tempDir(t), 'log')
  mkdirSync(folder)
  const log = openLogFile(folder, 'a.log', LIMITS)
  onEnd(t, () => log.close())
  return { folder, log }
}

function refused(folder: string, reason: RegExp): void {
  assert.throws(
    () => openLogFile(folder, 'a.log', LIMITS),
    (error) => {
      assert.ok(error instanceof ProblemError)
      assert.match(error.message, /^opening log /)
      assert.match(error.message, reason)
      return true
    },
  )
}

function oldestFirst(folder: string, keep: number): string {
  const names = Array.from({ length: keep }, (_, index) => `a.log.${keep - index}`)
  return [...names, 'a.log']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('')
}
