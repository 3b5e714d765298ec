import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { SLOT_BYTES } from '../../../src/formats/exit-record.ts'
import {
  type LogPiece,
  readLastLines,
  readLogEnds,
  readWholeLog,
} from '../../../src/host/jobs/read-log.ts'
import { type RunPaths, runPaths } from '../../../src/host/jobs/run-paths.ts'
import { tempDir } from '../../support/temp-dir.ts'

test('a run without output has none', (t) => {
  const paths = runPaths(tempDir(t), 1)
  assert.deepEqual([...readWholeLog(paths)], [])
  assert.deepEqual(readLastLines(paths, 5), [])
  assert.deepEqual(readLogEnds(paths, 5, 5), {
    head: Buffer.alloc(0),
    between: 0,
    tail: Buffer.alloc(0),
  })
  mkdirSync(paths.run)
  writeFileSync(paths.log, '')
  assert.deepEqual(readLastLines(paths, 5), [])
})

test('J7: head and tail with what lies between, cut on disk or left out', (t) => {
  const paths = logOf(t, `${'h'.repeat(100)}${'m'.repeat(800)}${'t'.repeat(100)}`)
  const ends = readLogEnds(paths, 60, 40)
  assert.deepEqual(
    [String(ends.head), ends.between, String(ends.tail)],
    ['h'.repeat(60), 900, 't'.repeat(40)],
  )
  const all = readLogEnds(paths, 500, 500)
  assert.deepEqual([all.head.length, all.between, all.tail.length], [1_000, 0, 0])
  cutOut(paths, 100, 900)
  const cut = readLogEnds(paths, 5_000, 5_000)
  assert.deepEqual(
    [String(cut.head), cut.between, String(cut.tail)],
    ['h'.repeat(100), 800, 't'.repeat(100)],
  )
})

test('J7: the hole of a cut is told, never shown', (t) => {
  const paths = logOf(t, `${'h'.repeat(5_000)}${'\0'.repeat(200_000)}${'t'.repeat(90_000)}`)
  cutOut(paths, 5_000, 205_000)
  assert.equal(show(readWholeLog(paths)), `${'h'.repeat(5_000)}[200000]${'t'.repeat(90_000)}`)
})

test('J11: the last lines, whatever their length and whether or not the last one is finished', (t) => {
  const lines = fc.array(
    fc.string({ maxLength: 8, unit: 'grapheme-ascii' }).map((text) => text.replaceAll('\n', '')),
    { maxLength: 30 },
  )
  const folder = tempDir(t)
  let run = 0
  fc.assert(
    fc.property(
      lines,
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      (texts, isFinished, wanted) => {
        const paths = runPaths(folder, (run += 1))
        const text = texts
          .map((each, at) => (at === texts.length - 1 && !isFinished ? each : `${each}\n`))
          .join('')
        mkdirSync(paths.run)
        writeFileSync(paths.log, text)
        const all = text.split('\n')
        const end = all.at(-1) === '' ? '\n' : ''
        if (end !== '') all.pop()
        const expected = all.length === 0 ? '' : `${all.slice(-wanted).join('\n')}${end}`
        assert.equal(show(readLastLines(paths, wanted)), expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('J11: the last lines of a long log are found from its end', (t) => {
  const paths = logOf(t, Array.from({ length: 200_000 }, (_, at) => `line ${at}\n`).join(''))
  assert.equal(show(readLastLines(paths, 2)), 'line 199998\nline 199999\n')
  assert.equal(show(readLastLines(paths, 20_000)).split('\n').length, 20_001)
})

test('J7: where fewer lines are left than wanted, the cut before them is told', (t) => {
  const paths = logOf(t, `head\n${'\0'.repeat(50)}one\ntwo\n`)
  cutOut(paths, 5, 55)
  assert.equal(show(readLastLines(paths, 9)), '[50]one\ntwo\n')
  assert.equal(show(readLastLines(paths, 1)), 'two\n')
})

test('J11: a cut that no longer fits, because the job truncated its own log, is forgotten', (t) => {
  const paths = logOf(t, 'anew\n')
  cutOut(paths, 100, 900)
  assert.equal(show(readWholeLog(paths)), 'anew\n')
})

function logOf(t: Parameters<typeof tempDir>[0], text: string): RunPaths {
  const paths = runPaths(tempDir(t), 1)
  mkdirSync(paths.run)
  writeFileSync(paths.log, text)
  return paths
}

function cutOut(paths: RunPaths, from: number, to: number): void {
  const number = (value: number): string => String(value).padStart(15, '0')
  const slot = `cut n=1 from=${number(from)} to=${number(to)} lost=${number(to - from)} n=1 end`
  writeFileSync(paths.exit, `${'~'.repeat(2 * SLOT_BYTES)}${slot.padEnd(SLOT_BYTES - 1, '~')}\n`)
}

function show(pieces: Iterable<LogPiece>): string {
  return [...pieces]
    .map((piece) => (piece.kind === 'output' ? String(piece.bytes) : `[${piece.lost}]`))
    .join('')
}
