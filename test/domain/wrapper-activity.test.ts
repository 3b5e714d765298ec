import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Census, CensusFile, Counted } from '../../src/domain/census.ts'
import type { ClockWatch } from '../../src/domain/clock-watch.ts'
import type { HeartbeatStatus } from '../../src/domain/heartbeat.ts'
import {
  noteWrappers,
  type WrapperMemory,
  type WrapperTurn,
} from '../../src/domain/wrapper-activity.ts'

const STALE = 90_000
const HOUR = 3_600_000
const WALL = 1_790_000_000_000

interface Look {
  readonly pid?: number
  readonly status?: HeartbeatStatus
  readonly ageMs?: number
  /** On the monotonic clock of these tests, which begins with the daemon at 0. */
  readonly activeMs?: number
  /** What its file says; null for one that says nothing of its activity. */
  readonly actedWallMs?: number | null
  readonly refreshedWallMs?: number
  readonly isGone?: boolean
  readonly label?: string
}

function seen(look: Look): Counted<CensusFile> {
  const { pid = 7, status = 'fresh', ageMs = 0, actedWallMs = null, label } = look
  const lastActivityMs = actedWallMs ?? undefined
  return {
    file: {
      path: `heartbeat-${pid}`,
      mtimeMs: 0,
      stamp: '',
      look: look.isGone
        ? { state: 'gone' }
        : { state: 'alive', processStart: '1', startedAtMs: WALL },
      content: {
        kind: 'heartbeat',
        pid,
        uuid: 'u',
        startedAtMs: WALL,
        lastRefreshMs: look.refreshedWallMs ?? WALL,
        lastActivityMs,
        label,
      },
    },
    verdict: {
      status,
      reason: '',
      ageMs,
      activeAgoMs: status === 'fresh' ? 0 : null,
      sweepable: false,
      watched: {
        stamp: '',
        pid,
        uuid: 'u',
        unchangedSinceMs: 0,
        refreshedMs: 0,
        seenChanging: true,
        writerStart: null,
        badSinceMs: null,
        lastActivityMs: actedWallMs,
        activeMs: look.activeMs ?? 0,
      },
    },
  }
}

/** The clocks so long after the daemon began, of which the machine slept for a part. */
function watchAt(monotonicMs: number, sleptMs = 0, disturbedMs = 0): ClockWatch {
  const bootMs = HOUR + monotonicMs + sleptMs
  return {
    sample: { monotonicMs, bootMs, wallMs: WALL + bootMs },
    disturbedMs,
    graceUntilMs: -Infinity,
  }
}

function note(before: WrapperMemory | null, watch: ClockWatch, ...looks: Look[]): WrapperTurn {
  const wrappers = looks.map(seen)
  const fresh = looks.filter(({ status = 'fresh' }) => status === 'fresh').length
  const census: Census<CensusFile> = {
    wrappers,
    counts: { fresh, stale: 0, orphan: 0 },
    activeAgoMs: null,
  }
  return noteWrappers(before, census, watch, STALE)
}

test('W7: who says nothing of its activity is present by being fresh', () => {
  const { facts, act } = note(null, watchAt(200_000), { ageMs: 1_000 }, { pid: 8, status: 'stale' })
  assert.deepEqual(facts, { fresh: 1, present: 1, unheard: 0, lastActMs: null })
  assert.equal(act, null)
})

test('W7: who tells its activity is not present, and acts only when it says so', () => {
  const first = note(null, watchAt(200_000), { actedWallMs: WALL, activeMs: 190_000 })
  assert.equal(first.facts.present, 0)
  assert.deepEqual(first.act, { atMs: HOUR + 190_000, by: 'wrapper 7' })
  const again = note(first.memory, watchAt(230_000), { actedWallMs: WALL, activeMs: 190_000 })
  assert.equal(again.act, null)
  assert.equal(again.facts.lastActMs, HOUR + 190_000)
  const acted = { actedWallMs: WALL + 5, activeMs: 231_000, refreshedWallMs: WALL + 5, label: 'sh' }
  assert.deepEqual(note(again.memory, watchAt(231_000), acted).act, {
    atMs: HOUR + 231_000,
    by: 'wrapper "sh"',
  })
})

test('W6: who is fresh by grace only is not present, and not yet heard', () => {
  const hung = { ageMs: 200_000 }
  const { facts } = note(null, watchAt(300_000, 0, 290_000), hung)
  assert.deepEqual(facts, { fresh: 1, present: 0, unheard: 1, lastActMs: null })
})

test('W6: everybody who may live has a full time to speak after a disturbance, and no more', () => {
  const silent = { ageMs: 60_000, status: 'orphan' } as const
  const unheard = (look: Look, nowMs: number): number =>
    note(null, watchAt(nowMs, 0, 1_000), look).facts.unheard
  assert.equal(unheard(silent, 50_000), 1)
  assert.equal(unheard({ ...silent, ageMs: 10_000 }, 50_000), 0)
  assert.equal(unheard({ ...silent, isGone: true }, 50_000), 0)
  assert.equal(unheard({ ...silent, ageMs: 500_000 }, 1_000 + STALE), 0)
})

test('S2: a newcomer is an act, unless it is the daemon that is new', () => {
  const first = note(null, watchAt(200_000), {})
  assert.equal(first.act, null)
  const more = note(first.memory, watchAt(230_000), { pid: 9 }, {})
  assert.deepEqual(more.act, { atMs: HOUR + 230_000, by: 'wrapper 9' })
  assert.equal(note(more.memory, watchAt(260_000), { pid: 9 }, {}).act, null)
})

test('S2: an act before the machine slept is not one after it', () => {
  const first = note(null, watchAt(100_000), { actedWallMs: WALL, activeMs: 90_000 })
  const rested = { actedWallMs: WALL + 5_000, refreshedWallMs: WALL + 8 * HOUR + 25_000 }
  const { act } = note(first.memory, watchAt(130_000, 8 * HOUR), { ...rested, activeMs: 100_000 })
  assert.equal(act?.atMs, HOUR + 130_000 + 8 * HOUR - (8 * HOUR + 20_000))
})

test('S2: an act after the machine slept is not one before it', () => {
  const first = note(null, watchAt(100_000), { actedWallMs: WALL, activeMs: 90_000 })
  const acted = { actedWallMs: WALL + 8 * HOUR, refreshedWallMs: WALL + 8 * HOUR + 3_000 }
  const { act } = note(first.memory, watchAt(130_000, 8 * HOUR), { ...acted, activeMs: 127_000 })
  assert.equal(act?.atMs, HOUR + 127_000 + 8 * HOUR)
})

test('S2: what was told while nobody believed it is no news when it is believed', () => {
  const told = { actedWallMs: WALL, activeMs: 40_000 }
  const first = note(null, watchAt(100_000), { ...told, status: 'stale' })
  assert.equal(first.act, null)
  assert.equal(note(first.memory, watchAt(130_000), told).act, null)
})
