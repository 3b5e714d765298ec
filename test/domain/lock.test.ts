import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Asker,
  type Claim,
  judgeMarker,
  START_SLACK_MS,
  type Verdict,
} from '../../src/domain/lock.ts'
import type { ProcessLook } from '../../src/domain/process-look.ts'

const WRITTEN = 1_000_000_000
const NOW = WRITTEN + 60_000
const asker: Asker = { pid: 50, hostname: 'here', processStart: '777', bootId: 'boot-b' }
const old: Claim = { pid: 40, hostname: 'here', startedAtMs: WRITTEN }
const full: Claim = { ...old, processStart: '555', bootId: 'boot-b' }

const gone: ProcessLook = { state: 'gone' }
const unknown: ProcessLook = { state: 'unknown' }
const writer = alive('555', WRITTEN - 1_000)
const latecomer = alive('666', WRITTEN + 30_000)

const cases: readonly [string, Claim, ProcessLook, Verdict][] = [
  ['full marker, its process lives', full, writer, 'held'],
  ['full marker, its process is gone', full, gone, 'dead'],
  ['full marker, its number was given away', full, latecomer, 'dead'],
  ['full marker, given away to one that looks older', full, alive('666', WRITTEN - 1_000), 'dead'],
  ['full marker, it cannot be told', full, unknown, 'held'],
  ['full marker of another boot', { ...full, bootId: 'boot-a' }, writer, 'dead'],
  ['start without a boot id, the same', { ...old, processStart: '555' }, writer, 'held'],
  ['our own marker', { ...full, pid: 50, processStart: '777' }, alive('777', 0), 'ours'],
  ['our own pid before a restart', { ...full, pid: 50 }, alive('777', 0), 'dead'],
  [
    'our own pid, other boot',
    { ...full, pid: 50, processStart: '777', bootId: 'boot-a' },
    alive('777', 0),
    'dead',
  ],
  ['our own pid, old marker', { ...old, pid: 50 }, alive('777', 0), 'dead'],
  ['another host', { ...full, hostname: 'there' }, gone, 'foreign'],
  ['another host, number in use here', { ...old, hostname: 'there' }, writer, 'foreign'],
  ['the host was renamed, its process lives', { ...full, hostname: 'there' }, writer, 'held'],
  ['old marker, process gone', old, gone, 'dead'],
  ['old marker, process since before it', old, writer, 'held'],
  ['old marker, process within the slack', old, alive('1', WRITTEN + START_SLACK_MS), 'held'],
  ['old marker, process started after it', old, alive('1', WRITTEN + START_SLACK_MS + 1), 'dead'],
  ['old marker of process 1', { ...old, pid: 1 }, alive('1', 0), 'dead'],
  ['old marker of the future', { ...old, startedAtMs: NOW + 60_000 }, writer, 'dead'],
  ['old marker, it cannot be told', old, unknown, 'held'],
]

for (const [name, claim, look, verdict] of cases) {
  test(`L4: ${name}: ${verdict}`, () => {
    assert.equal(judge(claim, look).verdict, verdict)
  })
}

test('L4: a number that belongs to another user is not the holder, unless start and boot prove it', () => {
  const ofAnotherUser = { ofAnotherUser: true, kind: 'marker' } as const
  assert.equal(
    judgeMarker({ ...ofAnotherUser, claim: old, look: writer }, asker, NOW).verdict,
    'dead',
  )
  assert.equal(
    judgeMarker({ ...ofAnotherUser, claim: full, look: unknown }, asker, NOW).verdict,
    'dead',
  )
  assert.equal(
    judgeMarker({ ...ofAnotherUser, claim: full, look: writer }, asker, NOW).verdict,
    'held',
  )
})

test('L1: no marker is free', () => {
  assert.equal(judgeMarker({ kind: 'none' }, asker, NOW).verdict, 'free')
})

test('L6: garbage holds nothing, and the reason is told', () => {
  const judged = judgeMarker({ kind: 'garbage', reason: 'is a folder' }, asker, NOW)
  assert.deepEqual(judged, { verdict: 'dead', reason: 'the marker is a folder' })
})

test('L5: the reason names the other host', () => {
  assert.match(judge({ ...old, hostname: 'there' }, gone).reason, /there/)
})

test('L3: whatever a marker says, a process that is gone holds nothing', () => {
  const claims = fc.record({
    pid: fc.integer({ min: 1, max: 100 }),
    hostname: fc.constantFrom('here', 'there'),
    startedAtMs: fc.integer(),
    processStart: fc.constantFrom(undefined, '555', '777'),
    bootId: fc.constantFrom(undefined, 'boot-a', 'boot-b'),
  })
  fc.assert(fc.property(claims, (claim) => judge(claim, gone).verdict !== 'held'))
})

function judge(claim: Claim, look: ProcessLook): ReturnType<typeof judgeMarker> {
  return judgeMarker({ kind: 'marker', claim, look, ofAnotherUser: false }, asker, NOW)
}

function alive(processStart: string, startedAtMs: number): ProcessLook {
  return { state: 'alive', processStart, startedAtMs }
}
