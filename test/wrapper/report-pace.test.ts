import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type ReportPace, reportPace } from '../../src/wrapper/report-pace.ts'

const REFRESH_MS = 30_000
const STEP_MS = 10

interface Paced {
  readonly pace: ReportPace
  readonly writes: number[]
  /** Lets time go by, doing something at each step of it. */
  during(ms: number, each?: () => void): number[]
}

function paced(t: TestContext): Paced {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })
  const writes: number[] = []
  const pace = reportPace(() => writes.push(Date.now() - 1_000_000), REFRESH_MS)
  return {
    pace,
    writes,
    during: (ms, each = () => undefined) => {
      const before = writes.length
      for (let at = 0; at < ms; at += STEP_MS) {
        each()
        t.mock.timers.tick(STEP_MS)
      }
      return writes.slice(before)
    },
  }
}

test('R2: under lines two writes a second, and the last one half a second later', (t) => {
  const { pace, during } = paced(t)
  const written = during(10_100, () => pace.soon(Date.now()))
  assert.ok(written.length <= 21 && written.length >= 18, written.join())
  assert.equal(during(500).length, 1, 'what came last is written')
  assert.equal(during(5_000).length, 0)
})

for (const [name, withLines] of [
  ['milestones', false],
  ['milestones and lines', true],
] as const) {
  test(`R2: under ${name} five writes at once, then two a second`, (t) => {
    const { pace, during } = paced(t)
    const flood = (): void => {
      pace.now()
      if (withLines) pace.soon(Date.now())
    }
    assert.ok(during(100, flood).length <= 5)
    const written = during(10_000, flood)
    assert.ok(written.length <= 21 && written.length >= 18, written.join())
    assert.equal(during(500).length, 1, 'the last one is written')
  })
}

test('R2: a milestone amid a flood of lines is written at once', (t) => {
  const { pace, writes, during } = paced(t)
  during(5_000, () => pace.soon(Date.now()))
  const before = writes.length
  pace.now()
  assert.equal(writes.length, before + 1)
})

test('R5: with nothing to tell it is refreshed, and after the end nothing is written', (t) => {
  const { pace, during } = paced(t)
  assert.equal(during(3 * REFRESH_MS + STEP_MS).length, 3)
  pace.soon(Date.now())
  pace.stop()
  pace.now()
  pace.soon(Date.now())
  assert.equal(during(2 * REFRESH_MS).length, 0)
})

test('R2: a clock that is set back or ahead holds nothing up', (t) => {
  const { pace, writes, during } = paced(t)
  during(1_000, () => pace.soon(Date.now()))
  const before = writes.length
  t.mock.timers.setTime(500_000)
  pace.soon(Date.now())
  assert.equal(writes.length, before + 1)
})
