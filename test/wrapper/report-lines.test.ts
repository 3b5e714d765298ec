import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportLines } from '../../src/wrapper/report-lines.ts'

type Piece = readonly [text: string, stream?: 'stdout' | 'stderr']

interface Recorded {
  readonly log: string
  readonly tail: string[]
  readonly ended: string[]
}

/** `flushed`: as slow output is, told after every piece of it. */
function record(pieces: readonly Piece[], flushed = false): Recorded {
  let log = ''
  const ended: string[] = []
  const lines = reportLines(
    (text) => {
      log += text
    },
    (line) => ended.push(line),
  )
  for (const [text, stream = 'stdout'] of pieces) {
    lines.output(Buffer.from(text, 'latin1'), stream)
    if (flushed) lines.flush()
  }
  const tail = lines.tail()
  lines.end()
  lines.flush()
  return { log, tail, ended }
}

const outputs: readonly [name: string, pieces: readonly Piece[], tail: string[]][] = [
  ['whole lines', [['a\nb\n']], ['a', 'b']],
  ['an empty line', [['a\n\nb\n']], ['a', '', 'b']],
  ['a line in pieces', [['a'], ['b'], ['c\n']], ['abc']],
  ['a line that is not over', [['a\nb']], ['a', 'b']],
  ['line ends of Windows', [['a\r\nb\r\n']], ['a', 'b']],
  ['such an end in two pieces', [['a\r'], ['\nb\r'], ['\n']], ['a', 'b']],
  ['more returns than one', [['a\r\r'], ['\r\n']], ['a']],
  ['a bar that is drawn anew', [['\r1 %\r2 %\r3 %']], ['3 %']],
  ['one that returns after it is drawn', [['1 %\r2 %\r3 %\r']], ['3 %']],
  ['the same in pieces', [['1 %\r'], ['2 %\r'], ['3 %\r'], ['\ndone\n']], ['3 %', 'done']],
  ['a return by itself', [['1 %'], ['\r'], ['2 %'], ['\n']], ['2 %']],
  ['characters in pieces', [['caf\xc3'], ['\xa9\n']], ['café']],
  ['what is no text', [['\xff\n']], ['\ufffd']],
  ['two streams', [['a\n'], ['b\n', 'stderr'], ['c\n']], ['a', 'b', 'c']],
]

for (const [name, pieces, tail] of outputs) {
  test(`lines of output: ${name}`, () => {
    for (const flushed of [false, true]) assert.deepEqual(record(pieces, flushed).tail, tail)
  })
}

test('a line that another stream interrupts goes on in a line of its own', () => {
  const { log } = record(
    [
      ['a', 'stdout'],
      ['b\n', 'stderr'],
      ['c\n', 'stdout'],
    ],
    true,
  )
  assert.equal(log, '[stdout] a\n[stderr] b\n[stdout] c\n')
})

test('what is drawn anew is no part of what was told already', () => {
  const { log } = record([['1 %'], ['\r2 %'], ['\n']], true)
  assert.equal(log, '[stdout] 1 %\n[stdout] 2 %\n')
})

test('lines are counted as they end, and the last one where nothing comes any more', () => {
  assert.deepEqual(record([['a\nb'], ['c\n'], ['d']]).ended, ['a', 'bc', 'd'])
  assert.deepEqual(record([['a\n']]).ended, ['a'])
})

test('R4: a line without end costs no more than a long one', () => {
  const { log, tail } = record(Array.from({ length: 1_000 }, () => ['x'.repeat(1_000)] as const))
  assert.ok(log.length < 5_000)
  assert.match(tail.join(), /^x{4095}…$/)
})
