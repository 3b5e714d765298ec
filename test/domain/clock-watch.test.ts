import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginClockWatch, watchClocks } from '../../src/domain/clock-watch.ts'
import type { ClockSample } from '../../src/domain/clocks.ts'

const STALE = 90_000
const HOUR = 3_600_000
const FIRST: ClockSample = { wallMs: 1_790_000_000_000, monotonicMs: 1_000, bootMs: 500_000 }

/** So much later, on each clock. */
function later(monotonicMs: number, bootMs = monotonicMs, wallMs = bootMs): ClockSample {
  return {
    wallMs: FIRST.wallMs + wallMs,
    monotonicMs: FIRST.monotonicMs + monotonicMs,
    bootMs: FIRST.bootMs + bootMs,
  }
}

function graceAfter(now: ClockSample): number {
  const { watch } = beginClockWatch(FIRST, 0, STALE)
  return watchClocks(watch, now, 30_000, STALE).watch.graceUntilMs - now.monotonicMs
}

test('W6: after a sleep, a late turn or a set clock all get a full time to speak', () => {
  assert.equal(graceAfter(later(30_000, 8 * HOUR)), STALE)
  assert.equal(graceAfter(later(300_000)), STALE)
  assert.equal(graceAfter(later(30_000, 30_000, 30_000 + HOUR)), STALE)
  assert.equal(graceAfter(later(30_000, 30_000, 30_000 - HOUR)), STALE)
})

test('W6: a turn in time, or called early, gives none', () => {
  assert.equal(graceAfter(later(30_000)), -Infinity)
  assert.equal(graceAfter(later(31_500)), -Infinity)
  assert.equal(graceAfter(later(20)), -Infinity)
})

test('W6: a clock that was set before the daemon began makes its first looks lenient', () => {
  assert.equal(beginClockWatch(FIRST, HOUR, STALE).watch.graceUntilMs, 1_000 + STALE)
  assert.equal(beginClockWatch(FIRST, 0, STALE).watch.graceUntilMs, -Infinity)
  assert.equal(beginClockWatch(FIRST, 0, STALE).watch.disturbedMs, 1_000)
})

test('S4: neither sleep nor our own lateness counts as time that a chore has had', () => {
  const { watch } = beginClockWatch(FIRST, 0, STALE)
  assert.equal(watchClocks(watch, later(30_000, 8 * HOUR), 30_000, STALE).ranMs, 30_000)
  assert.equal(watchClocks(watch, later(HOUR), 30_000, STALE).ranMs, 30_000)
  assert.equal(watchClocks(watch, later(12_000), 30_000, STALE).ranMs, 12_000)
})
