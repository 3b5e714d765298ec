import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClockSample, compareClocks } from '../../src/domain/clocks.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const TICK = 30_000

const before: ClockSample = { wallMs: 1_800_000_000_000, monotonicMs: 5_000, bootMs: 90_000 }

const cases: readonly [
  string,
  { wall: number; mono: number; boot: number },
  [number, number, number],
][] = [
  ['a tick like any other', { wall: TICK, mono: TICK, boot: TICK }, [0, 0, 0]],
  ['a tick on a busy machine', { wall: TICK + 900, mono: TICK + 900, boot: TICK + 900 }, [0, 0, 0]],
  [
    'the machine slept for an hour',
    { wall: TICK + HOUR, mono: TICK, boot: TICK + HOUR },
    [HOUR, 0, 0],
  ],
  ['the clock was set back a day', { wall: TICK - DAY, mono: TICK, boot: TICK }, [0, -DAY, 0]],
  [
    'the clock was set forward an hour',
    { wall: TICK + HOUR, mono: TICK, boot: TICK },
    [0, HOUR, 0],
  ],
  [
    'stopped for a minute',
    { wall: TICK + 60_000, mono: TICK + 60_000, boot: TICK + 60_000 },
    [0, 0, 60_000],
  ],
  ['slept, and set meanwhile', { wall: TICK, mono: TICK, boot: TICK + HOUR }, [HOUR, -HOUR, 0]],
  ['woken early', { wall: 10, mono: 10, boot: 10 }, [0, 0, 0]],
  ['the boot clock rounds', { wall: TICK, mono: TICK, boot: TICK - 10 }, [0, 0, 0]],
]

for (const [name, { wall, mono, boot }, [sleptMs, setMs, frozenMs]] of cases) {
  test(`W6: ${name}`, () => {
    const after = after3(wall, mono, boot)
    assert.deepEqual(compareClocks(before, after, TICK), { sleptMs, setMs, frozenMs })
  })
}

test('W6: sleep, a clock that was set and a freeze are told apart in any mixture', () => {
  const span = fc.integer({ min: 3_000, max: 30 * DAY })
  fc.assert(
    fc.property(
      fc.option(span, { nil: 0 }),
      fc.option(span, { nil: 0 }),
      fc.integer(),
      (slept, frozen, set) => {
        const steps = Math.abs(set) < 3_000 ? 0 : set
        const ran = TICK + frozen
        const found = compareClocks(before, after3(ran + slept + steps, ran, ran + slept), TICK)
        assert.deepEqual(found, { sleptMs: slept, setMs: steps, frozenMs: frozen })
      },
    ),
  )
})

function after3(wall: number, mono: number, boot: number): ClockSample {
  return {
    wallMs: before.wallMs + wall,
    monotonicMs: before.monotonicMs + mono,
    bootMs: before.bootMs + boot,
  }
}
