import type { Clock } from '../../src/host/clock.ts'

export interface FakeClock extends Clock {
  pass(ms: number): undefined
  sleep(ms: number): undefined
  set(ms: number): undefined
}

/** Three clocks that move only when they are told to. */
export function fakeClock(): FakeClock {
  let [wall, mono, boot] = [1_800_000_000_000, 1_000, 5_000]
  function move(wallMs: number, monoMs: number, bootMs: number): undefined {
    wall += wallMs
    mono += monoMs
    boot += bootMs
  }
  return {
    wallMs: () => wall,
    monotonicMs: () => mono,
    bootMs: () => boot,
    pass: (ms) => move(ms, ms, ms),
    sleep: (ms) => move(ms, 0, ms),
    set: (ms) => move(ms, 0, 0),
  }
}
