import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProcessLook } from '../../src/domain/process-look.ts'
import {
  isOver,
  judgeReport,
  type Report,
  type ReportClock,
  type ReportMemory,
  type ReportSighting,
  type ReportVerdict,
} from '../../src/domain/report.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 20, 12)
const STALE_AFTER = 90_000

const writer: ProcessLook = { state: 'alive', processStart: '500', startedAtMs: NOW - 60 * MINUTE }
const stranger: ProcessLook = { state: 'alive', processStart: '900', startedAtMs: NOW - 1_000 }
const gone: ProcessLook = { state: 'gone' }
const unknown: ProcessLook = { state: 'unknown' }

const bare: Report = {
  kind: 'report',
  tool: 'build',
  argv: [],
  pid: 40,
  state: 'running',
  startedAtMs: NOW - 10 * MINUTE,
  updatedAtMs: NOW - 1_000,
  lastLineAtMs: null,
  elapsedSeconds: null,
  unitsCompleted: 0,
  unitsTotal: null,
  lastUnit: null,
  lastMessage: null,
  tail: [],
  exitCode: null,
  error: null,
  degraded: null,
  processStart: null,
  bootId: null,
  hostname: null,
}
const full: Report = {
  ...bare,
  processStart: '500',
  bootId: 'boot',
  hostname: 'here',
  lastLineAtMs: NOW - 1_000,
}

function at(monotonicMs: number, rest: Partial<ReportClock> = {}): ReportClock {
  const wallMs = NOW + monotonicMs
  return { wallMs, monotonicMs, graceUntilMs: -Infinity, hostname: 'here', bootId: 'boot', ...rest }
}

function sighting(
  content: ReportSighting['content'],
  rest: Partial<ReportSighting> = {},
): ReportSighting {
  return { content, stamp: 1, mtimeMs: NOW - 1_000, look: writer, ...rest }
}

/** What is said of one file that is looked at again and again. */
function watching(content: Report) {
  let memory: ReportMemory | undefined
  let shown = sighting(content)
  return (monotonicMs: number, changes: Partial<ReportSighting> = {}, clock = {}) => {
    shown = { ...shown, ...changes }
    const verdict = judgeReport(memory, shown, at(monotonicMs, clock), STALE_AFTER)
    memory = verdict.memory
    return verdict
  }
}

function say({ isAlive, orphaned, activity }: ReportVerdict): string {
  if (orphaned) return 'orphaned'
  return isAlive ? `alive ${activity ?? 'over'}` : 'not alive'
}

const otherHost = { hostname: 'there', bootId: 'other' }
const firstSights: readonly [string, Partial<Report>, ProcessLook, string][] = [
  ['R6: its process lives, by its start', full, writer, 'alive active'],
  ['R6: its process is gone', full, gone, 'orphaned'],
  ['R6: the number was given to a stranger', full, stranger, 'orphaned'],
  ['R6: of another boot', { ...full, bootId: 'before' }, writer, 'orphaned'],
  ['R6: it cannot be told whether it lives', full, unknown, 'alive active'],
  ['R6: no start in the file, the process is older', {}, writer, 'alive active'],
  ['R6: no start in the file, the process is younger', {}, stranger, 'orphaned'],
  [
    'R6: a start in a form of its own says nothing',
    { ...full, processStart: '1.5e3' },
    writer,
    'alive active',
  ],
  [
    'R6: a start in its own form, and a younger process',
    { processStart: 'x' },
    stranger,
    'orphaned',
  ],
  ['R6: on another host the number says nothing', { ...full, ...otherHost }, gone, 'alive active'],
  ['R6: nor does one from another host', { ...full, hostname: 'there' }, stranger, 'alive active'],
  ['R6: what has ended is not orphaned', { ...full, state: 'succeeded' }, gone, 'not alive'],
  ['R6: what has ended may live on', { ...full, state: 'failed' }, writer, 'alive over'],
  ['R6: nor is what has a state of its own', { ...full, state: 'unknown' }, gone, 'not alive'],
  ['R5: a line lately', { ...full, lastLineAtMs: NOW - 5_000 }, writer, 'alive active'],
  ['R5: no line for long', { ...full, lastLineAtMs: NOW - 5 * MINUTE }, writer, 'alive quiet'],
  ['R5: no refresh for long', { ...full, updatedAtMs: NOW - 5 * MINUTE }, writer, 'alive wedged'],
  [
    'R5: no refresh, where none is promised',
    { updatedAtMs: NOW - 5 * MINUTE },
    writer,
    'alive quiet',
  ],
  [
    'R5: never a line',
    { ...full, lastLineAtMs: null, startedAtMs: NOW - 5 * MINUTE },
    writer,
    'alive quiet',
  ],
  [
    'R5: never a line, begun lately',
    { ...full, lastLineAtMs: null, startedAtMs: NOW - 5_000 },
    writer,
    'alive active',
  ],
  [
    'R5: times ahead count as now',
    { ...full, updatedAtMs: NOW + 999 * MINUTE, lastLineAtMs: NOW + 999 * MINUTE },
    writer,
    'alive active',
  ],
]

for (const [name, fields, look, expected] of firstSights) {
  test(`${name}: ${expected}`, () => {
    const verdict = judgeReport(
      undefined,
      sighting({ ...bare, ...fields }, { look }),
      at(0),
      STALE_AFTER,
    )
    assert.equal(say(verdict), expected)
  })
}

test('R6: once orphaned it stays so, whatever the file and the process say later', () => {
  const look = watching(full)
  assert.equal(say(look(0)), 'alive active')
  assert.equal(say(look(1_000, { look: gone })), 'orphaned')
  assert.equal(say(look(2_000, { look: writer })), 'orphaned')
  assert.equal(say(look(3_000, { look: writer, stamp: 2 })), 'orphaned')
  assert.equal(say(look(4_000, { content: { kind: 'torn', reason: 'is empty' } })), 'not alive')
  assert.equal(say(look(5_000, { content: full, stamp: 3 })), 'orphaned')
})

test('R6: an end that is told after all counts', () => {
  const look = watching(full)
  assert.equal(say(look(0, { look: gone })), 'orphaned')
  const ended = look(1_000, { content: { ...full, state: 'succeeded' }, stamp: 2 })
  assert.equal(ended.orphaned, false)
})

test('R6: with no start in the file its writer is whoever has the number while it changes', () => {
  const look = watching({ ...bare, startedAtMs: null })
  assert.equal(say(look(0, { look: writer })), 'alive active')
  assert.equal(say(look(30_000, { stamp: 2, mtimeMs: NOW + 30_000 })), 'alive active')
  assert.equal(say(look(60_000, { look: stranger })), 'orphaned')
})

test('R6: on another host it lives as long as it is refreshed, and is never called orphaned', () => {
  const look = watching({ ...full, ...otherHost })
  assert.equal(say(look(0, { look: gone })), 'alive active')
  assert.equal(say(look(STALE_AFTER, { stamp: 2 })), 'alive active')
  assert.equal(say(look(2 * STALE_AFTER)), 'alive active')
  assert.equal(say(look(2 * STALE_AFTER + 1)), 'not alive')
  assert.equal(say(look(2 * STALE_AFTER + 2, { stamp: 3 })), 'alive active')
})

test('R5: quiet and wedged are judged by when we saw the file change, not by the times in it', () => {
  const look = watching({ ...full, lastLineAtMs: NOW - 1_000 })
  assert.equal(say(look(0)), 'alive active')
  assert.equal(say(look(STALE_AFTER)), 'alive wedged')
  const old = { updatedAtMs: NOW - 999 * MINUTE, lastLineAtMs: NOW - 999 * MINUTE }
  assert.equal(
    say(look(STALE_AFTER + 1, { content: { ...full, ...old }, stamp: 2 })),
    'alive active',
  )
  const refreshed = { ...full, updatedAtMs: NOW, lastLineAtMs: NOW - 2 * STALE_AFTER }
  assert.equal(say(look(STALE_AFTER + 2, { content: refreshed, stamp: 3 })), 'alive quiet')
})

test('R5: nobody is blamed for a silence that may be ours', () => {
  const look = watching(full)
  look(0)
  const graced = { graceUntilMs: 10 * MINUTE }
  assert.equal(say(look(5 * MINUTE, {}, graced)), 'alive active')
  const unnamed = judgeReport(
    undefined,
    sighting(bare, { look: stranger }),
    at(0, graced),
    STALE_AFTER,
  )
  assert.equal(say(unnamed), 'alive active')
})

test('R5: over is what ended or was orphaned; not what runs, and not what cannot be read', () => {
  const over = (content: ReportSighting['content'], look: ProcessLook): boolean => {
    const seen = sighting(content, { look })
    return isOver(seen, judgeReport(undefined, seen, at(0), STALE_AFTER))
  }
  assert.equal(over(full, writer), false)
  assert.equal(over(full, gone), true)
  assert.equal(over({ ...full, state: 'cancelled' }, writer), true)
  assert.equal(over({ ...full, state: 'unknown' }, gone), true)
  assert.equal(over({ ...full, ...otherHost }, gone), false)
  assert.equal(over({ kind: 'torn', reason: 'is empty' }, gone), false)
})
