import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogLevel } from '../src/config.ts'
import { createLog } from '../src/log.ts'

test('D5: an event is one line of JSON with its time, level, facts and sentence', () => {
  const { log, lines } = logged('info')
  log.event({ type: 'woken', by: 'wake.signal' })
  const [line = ''] = lines
  const { time, ...rest } = JSON.parse(line)
  assert.deepEqual(rest, {
    level: 30,
    type: 'woken',
    by: 'wake.signal',
    message: 'woken by wake.signal',
  })
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.ok(line.endsWith('}\n'))
})

for (const [level, seen] of [
  ['debug', ['info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
] as const satisfies readonly (readonly [LogLevel, readonly string[]])[]) {
  test(`D5: at level ${level} only what matters that much is written`, () => {
    const { log, lines } = logged(level)
    sayOneOfEach(log)
    assert.deepEqual(lines.map(levelOf), seen)
  })
}

test('the level can be changed while it runs', () => {
  const { log, lines } = logged('error')
  sayOneOfEach(log)
  log.setLevel('info')
  sayOneOfEach(log)
  assert.deepEqual(lines.map(levelOf), ['error', 'info', 'warn', 'error'])
})

test('a mistake in the program is written with its stack', () => {
  const { log, lines } = logged('info')
  log.bug(new TypeError('x is not a function'))
  log.bug('thrown text')
  const [first, second] = lines.map((line) => JSON.parse(line))
  assert.match(first.stack, /TypeError: x is not a function\n\s+at /)
  assert.equal(second.stack, 'thrown text')
})

test('check 8: whatever an event says, the log has one line for it and nothing that a terminal would obey', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (by) => {
      const { log, lines } = logged('info')
      log.event({ type: 'woken', by })
      assert.equal(lines.length, 1)
      const [line = ''] = lines
      assert.match(line, /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]+\n$/u)
      assert.equal(JSON.parse(line).by, by.toWellFormed())
    }),
  )
})

function logged(level: LogLevel) {
  const lines: string[] = []
  return { log: createLog({ write: (line) => void lines.push(line) }, level), lines }
}

function sayOneOfEach(log: ReturnType<typeof createLog>): void {
  log.event({ type: 'woken', by: 'x' })
  log.event({ type: 'tick_slow', tookMs: 1500, slowest: 'log' })
  log.event({ type: 'lock_lost', why: 'gone' })
}

function levelOf(line: string): string | undefined {
  return new Map([
    [30, 'info'],
    [40, 'warn'],
    [50, 'error'],
  ]).get(JSON.parse(line).level)
}
