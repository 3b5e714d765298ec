import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { followReportLog } from '../../src/host/follow-report.ts'
import { reportLog } from '../../src/host/report-log.ts'
import { MOST_TAIL_BYTES, readReportTail } from '../../src/host/report-tail.ts'
import { needsLinux } from '../support/needs.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1024 * 1024

function tailOf(path: string, lines: number): string | undefined {
  return readReportTail(path, lines)?.text.toString()
}

test('R4: the last lines, whether the last one has ended or not', (t) => {
  const path = join(tempDir(t), 'a.log')
  assert.equal(tailOf(path, 3), undefined)
  writeFileSync(path, '')
  assert.equal(tailOf(path, 3), '')
  writeFileSync(path, 'one\ntwo\nthree\n')
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((lines) => tailOf(path, lines)),
    ['', 'three\n', 'two\nthree\n', 'one\ntwo\nthree\n', 'one\ntwo\nthree\n'],
  )
  appendFileSync(path, 'name? ')
  assert.deepEqual([tailOf(path, 1), tailOf(path, 2)], ['name? ', 'three\nname? '])
  writeFileSync(path, '\n\n\n')
  assert.equal(tailOf(path, 2), '\n\n')
})

test(
  'R4: of 200 MB no more than the last megabyte is read, however much is asked for',
  { skip: needsLinux() },
  (t) => {
    const path = join(tempDir(t), 'a.log')
    const fd = openSync(path, 'w')
    const text = 'a line of some length that is printed over and over\n'.repeat(20_000)
    writeSync(fd, text, 200 * MIB - text.length)
    closeSync(fd)
    const readBytes = (): number =>
      Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
    const before = readBytes()
    assert.equal(tailOf(path, 20)?.split('\n').length, 21)
    const few = readBytes() - before
    assert.ok(few < 200_000, `${few} bytes for 20 lines`)
    const tail = readReportTail(path, 1_000_000)
    const many = readBytes() - before - few
    assert.ok(many < 2.2 * MIB, `${many} bytes for a million lines`)
    assert.deepEqual([tail?.text.length, tail?.bytes], [MOST_TAIL_BYTES, 200 * MIB])
  },
)

test('R4: what is no plain file is refused with its name, and never waited for', (t) => {
  const folder = tempDir(t)
  const [fifo, link] = [join(folder, 'fifo.log'), join(folder, 'link.log')]
  execFileSync('mkfifo', [fifo])
  symlinkSync('/etc/passwd', link)
  for (const path of [fifo, link, folder]) {
    assert.throws(() => readReportTail(path, 1), new RegExp(`^\\w+: reading log ${path}: `), path)
  }
})

/** Follows a log until told that it is over; what came so far is in `text`. */
function follow(path: string, lines = 1_000) {
  const state = { text: '', isOver: false }
  const done = (async () => {
    const pieces = followReportLog(path, { lines, isOver: () => state.isOver })
    for await (const piece of pieces) state.text += piece.toString()
  })()
  const until = (what: string) =>
    waitFor(() => state.text.includes(what), { what: `${what} in what is followed` })
  return { state, done, until }
}

test('R4: -f gives all that comes, once, until the report is over, and the rest of it then', async (t) => {
  const path = join(tempDir(t), 'a.log')
  const { state, done, until } = follow(path)
  writeFileSync(path, 'one\n')
  await until('one')
  appendFileSync(path, 'two\n')
  await until('two')
  state.isOver = true
  appendFileSync(path, 'three\n')
  await done
  assert.equal(state.text, 'one\ntwo\nthree\n')
})

test('R4: -f goes on in a log that was truncated or replaced, and ends with one that was removed', async (t) => {
  const path = join(tempDir(t), 'a.log')
  writeFileSync(path, 'first\nsecond\n')
  const { state, done, until } = follow(path, 1)
  await until('second')
  truncateSync(path, 0)
  appendFileSync(path, 'new\n')
  await until('new')
  writeFileSync(`${path}.next`, 'other\n')
  renameSync(`${path}.next`, path)
  await until('other')
  appendFileSync(path, 'last\n')
  await until('last')
  unlinkSync(path)
  state.isOver = true
  await done
  assert.equal(state.text, 'second\nnew\nother\nlast\n')
})

test('R4: -f loses nothing and repeats nothing when the writer cuts the middle out of the log', async (t) => {
  const path = join(tempDir(t), 'a.log')
  writeFileSync(path, '')
  const log = reportLog(path)
  const { state, done } = follow(path)
  let expected = ''
  for (let piece = 0; piece < 18; piece += 1) {
    const text = `piece ${piece} ${'x'.repeat(MIB)}\n`
    expected += text
    log.append(text)
    await waitFor(() => state.text.length === expected.length, { what: `piece ${piece}` })
  }
  state.isOver = true
  await done
  assert.ok(readFileSync(path).length < 12 * MIB, 'it was cut')
  assert.ok(state.text === expected, `${state.text.length} of ${expected.length}`)
})
