import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Heartbeat,
  type HeartbeatVerdict,
  judge,
  type Moment,
  type Sighting,
  type Watched,
} from '../../src/domain/heartbeat.ts'
import type { ProcessLook } from '../../src/domain/process-look.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 20, 12)
const STALE_AFTER = 90_000
const TICK = 30_000
const rules = { staleAfterMs: STALE_AFTER, sweepAfterMs: TICK }

const gone: ProcessLook = { state: 'gone' }
const unknown: ProcessLook = { state: 'unknown' }
const writer = alive('500', NOW - 2 * HOUR)
const latecomer = alive('900', NOW - MINUTE)

const six: Heartbeat = {
  kind: 'heartbeat',
  pid: 40,
  uuid: 'a',
  startedAtMs: NOW - HOUR,
  lastRefreshMs: NOW - 10_000,
}
const full: Heartbeat = { ...six, processStart: '500', bootId: 'boot', hostname: 'here' }
const old = { lastRefreshMs: NOW - 10 * MINUTE }

function alive(processStart: string, startedAtMs: number): ProcessLook {
  return { state: 'alive', processStart, startedAtMs }
}

function at(monotonicMs: number, rest: Partial<Moment> = {}): Moment {
  const wallMs = NOW + monotonicMs
  return { wallMs, monotonicMs, graceUntilMs: 0, hostname: 'here', bootId: 'boot', ...rest }
}

function sighting(content: Sighting['content'], rest: Partial<Sighting> = {}): Sighting {
  return { content, mtimeMs: NOW - 10_000, stamp: '1', look: writer, ...rest }
}

function first(content: Sighting['content'], rest: Partial<Sighting> = {}): HeartbeatVerdict {
  return judge(undefined, sighting(content, rest), at(0), rules)
}

/** One file looked at again and again. */
function watching(content: Heartbeat = full) {
  let watched: Watched | undefined
  let shown = sighting(content)
  return {
    look(monotonicMs: number, changes: Partial<Sighting> = {}, moment: Partial<Moment> = {}) {
      shown = { ...shown, ...changes }
      const verdict = judge(watched, shown, at(monotonicMs, moment), rules)
      watched = verdict.watched
      return verdict
    },
  }
}

const firstSights: readonly [string, Partial<Heartbeat>, ProcessLook, string][] = [
  ['W1: refreshed lately, its process lives', {}, writer, 'fresh'],
  ['W1: older than staleAfter, even if it lives', old, writer, 'stale'],
  ['W1: refreshed lately, its process is gone', {}, gone, 'orphan'],
  ['W1: older, and its process is gone', old, gone, 'stale'],
  ['W1: refreshed lately, it cannot be told whether it lives', {}, unknown, 'fresh'],
  ['W4: the number was given to another process', { processStart: '500' }, latecomer, 'orphan'],
  ['W4: the same process, by its start', { processStart: '900' }, latecomer, 'fresh'],
  ['W4: of another boot', { bootId: 'before' }, writer, 'orphan'],
  ['W4: of this boot', { bootId: 'boot' }, writer, 'fresh'],
  ['W4: no start in the file, the process is younger than the file says', {}, latecomer, 'orphan'],
  ['W4: no start in the file, the process is older', {}, writer, 'fresh'],
  ['W4: a start in a form of its own says nothing', { processStart: '17.5e3' }, writer, 'fresh'],
  ['W4: the number says nothing about a process on another host', { hostname: 'x' }, gone, 'fresh'],
  ['W3: a clock ahead by more than staleAfter', { lastRefreshMs: NOW + DAY }, writer, 'fresh'],
  ['W3: no date at all', { lastRefreshMs: null, startedAtMs: null }, writer, 'fresh'],
]

for (const [name, fields, look, status] of firstSights) {
  test(`${name}: ${status}`, () => {
    assert.equal(first({ ...six, ...fields }, { look }).status, status)
  })
}

test('W1: staleAfter itself is still fresh, a millisecond more is not', () => {
  const of = (ageMs: number): string => first({ ...full, lastRefreshMs: NOW - ageMs }).status
  assert.equal(of(STALE_AFTER), 'fresh')
  assert.equal(of(STALE_AFTER + 1), 'stale')
})

test('W2: torn content is judged by the pid in the name and by the time of the file', () => {
  const torn = { kind: 'torn', pid: 40, uuid: 'a', reason: 'is not JSON' } as const
  const old = { mtimeMs: NOW - 10 * MINUTE }
  assert.equal(first(torn).status, 'fresh')
  assert.match(first(torn).reason, /^the file is not JSON; refreshed lately/)
  assert.equal(first(torn, { look: gone }).status, 'orphan')
  assert.equal(first(torn, { look: alive('900', NOW) }).status, 'orphan')
  assert.equal(first(torn, old).status, 'stale')
  assert.equal(first({ ...torn, pid: null }, { look: gone }).status, 'orphan')
})

test('W3: what no wrapper writes is never alive, and its reason is told', () => {
  const hostile = { kind: 'hostile', reason: 'is a FIFO', removable: true } as const
  assert.equal(first(hostile).status, 'orphan')
  assert.equal(first(hostile, { mtimeMs: NOW - DAY }).status, 'stale')
  assert.equal(first(hostile).reason, 'the file is a FIFO')
})

test('W3: a clock ahead is judged by the time of the file, and not fresh for ever', () => {
  const ahead = { ...full, lastRefreshMs: NOW + DAY }
  assert.equal(first(ahead, { mtimeMs: NOW - DAY }).status, 'stale')
  const file = watching(ahead)
  assert.equal(file.look(0).status, 'fresh')
  assert.equal(file.look(2 * MINUTE).status, 'stale')
})

test('W3: a file from the future as well is counted from when we saw it', () => {
  const file = watching({ ...full, lastRefreshMs: NOW + DAY })
  assert.equal(file.look(0, { mtimeMs: NOW + DAY }).status, 'fresh')
  assert.equal(file.look(STALE_AFTER).status, 'fresh')
  assert.equal(file.look(STALE_AFTER + 1).status, 'stale')
})

test('W5: an orphan goes on the second tick, not on the first and not in between', () => {
  const file = watching()
  assert.equal(file.look(0, { look: gone }).sweepable, false)
  assert.equal(file.look(250).sweepable, false, 'a look that the watcher asked for')
  assert.equal(file.look(TICK).sweepable, true)
})

test('W5: a refresh, or a good look, in between starts it anew', () => {
  const file = watching()
  file.look(0, { look: gone })
  assert.equal(file.look(TICK, { stamp: '2' }).sweepable, false)
  assert.equal(file.look(2 * TICK, { look: writer }).status, 'fresh')
  assert.equal(file.look(3 * TICK, { look: gone }).sweepable, false)
  assert.equal(file.look(4 * TICK).sweepable, true)
})

test('W5: a stale one goes once we ourselves have seen it silent for staleAfter', () => {
  const file = watching({ ...full, ...old })
  assert.equal(file.look(0).status, 'stale')
  assert.equal(file.look(TICK).sweepable, false)
  assert.equal(file.look(STALE_AFTER + TICK).sweepable, true)
})

test('W5: what may hold things of others stays', () => {
  const folder = { kind: 'hostile', reason: 'is a folder', removable: false } as const
  let watched: Watched | undefined
  for (const atMs of [0, TICK, DAY, 2 * DAY]) {
    const verdict = judge(watched, sighting(folder), at(atMs), rules)
    watched = verdict.watched
    assert.equal(verdict.sweepable, false)
  }
})

test('W6: after first sight only our own observation counts, whatever the file says', () => {
  const file = watching()
  assert.equal(file.look(0).status, 'fresh')
  const liar = { ...full, lastRefreshMs: NOW - DAY }
  assert.equal(file.look(TICK, { content: liar, stamp: '2' }).status, 'fresh')
  const silent = { ...full, lastRefreshMs: NOW + TICK + STALE_AFTER }
  assert.equal(file.look(TICK + STALE_AFTER, { content: silent }).status, 'fresh')
  assert.equal(file.look(TICK + STALE_AFTER + 1).status, 'stale')
})

test('W6: the wall clock does not move anybody whom we watch', () => {
  for (const stepMs of [-DAY, -HOUR, HOUR, DAY]) {
    const file = watching()
    file.look(0)
    const { status, ageMs } = file.look(TICK, {}, { wallMs: NOW + stepMs })
    assert.equal(status, 'fresh')
    assert.equal(ageMs, 10_000 + TICK)
  }
})

test('W6: in the grace nobody is stale or swept, after it who did not speak is', () => {
  const file = watching()
  file.look(0)
  const graceUntilMs = HOUR + STALE_AFTER
  assert.equal(file.look(HOUR, {}, { graceUntilMs }).status, 'fresh')
  assert.equal(file.look(graceUntilMs - 1, {}, { graceUntilMs }).status, 'fresh')
  assert.equal(file.look(graceUntilMs, {}, { graceUntilMs }).status, 'stale')
  assert.equal(file.look(graceUntilMs + 1, {}, { graceUntilMs }).sweepable, false)
  assert.equal(file.look(graceUntilMs + TICK, {}, { graceUntilMs }).sweepable, true)
})

test('W6: in the grace a process that is gone is an orphan, but stays', () => {
  const file = watching()
  file.look(0, { look: gone })
  const verdict = file.look(HOUR, {}, { graceUntilMs: HOUR + STALE_AFTER })
  assert.equal(verdict.status, 'orphan')
  assert.equal(verdict.sweepable, false)
})

test('W6: the clock was set while no daemon ran: a process that lives keeps its file', () => {
  // To us the process seems to have begun an hour after the last refresh in its file.
  const look = alive('500', NOW - HOUR)
  const file = watching({ ...full, lastRefreshMs: NOW - 2 * HOUR, startedAtMs: NOW - 3 * HOUR })
  assert.equal(file.look(0, { look, mtimeMs: NOW - 2 * HOUR }).status, 'fresh')
  assert.equal(file.look(TICK, { stamp: '2', mtimeMs: NOW + TICK }).status, 'fresh')
})

test('W6: the same without a start in the file: never swept, and fresh with its next refresh', () => {
  const look = alive('500', NOW - HOUR)
  const file = watching({ ...six, lastRefreshMs: NOW - 2 * HOUR, startedAtMs: NOW - 3 * HOUR })
  file.look(0, { look, mtimeMs: NOW - 2 * HOUR })
  assert.equal(file.look(TICK).sweepable, false)
  assert.equal(file.look(TICK + 1, { stamp: '2', mtimeMs: NOW + TICK }).status, 'fresh')
})

test('W4: a number that is given away while we watch a file without a start', () => {
  const file = watching(six)
  assert.equal(file.look(0).status, 'fresh')
  const successor = alive('901', NOW + MINUTE)
  const verdict = file.look(MINUTE, { look: successor })
  assert.equal(verdict.status, 'orphan')
  assert.match(verdict.reason, /number 40 was given to another process/)
  assert.equal(file.look(MINUTE + TICK).sweepable, true)
})

test('W4: the wall clock cannot make a process that we know another one', () => {
  const file = watching(six)
  file.look(0)
  const sameButLater = alive('500', NOW + 2 * HOUR)
  assert.equal(file.look(TICK, { look: sameButLater }).status, 'fresh')
})

test('W4: whoever is seen writing under a number is its wrapper, whatever the clocks say', () => {
  const file = watching({ ...six, startedAtMs: NOW - DAY })
  assert.equal(file.look(0).status, 'orphan', 'its clock says that it began before its process')
  const written = { stamp: '2', mtimeMs: NOW + TICK }
  assert.equal(file.look(TICK, written).status, 'fresh')
  assert.equal(file.look(2 * TICK).status, 'fresh')
})

test('W4: on a host that was renamed the very process is still known, and missed when it is gone', () => {
  const file = watching({ ...full, hostname: 'as it was called' })
  assert.match(file.look(0).reason, /its process lives$/)
  assert.equal(file.look(TICK, { look: gone }).status, 'orphan')
})

test('W6: a file that another wrapper wrote is met for the first time', () => {
  const file = watching(six)
  file.look(0)
  const other = { ...six, uuid: 'b', lastRefreshMs: NOW - HOUR }
  assert.equal(file.look(TICK, { content: other, stamp: '2' }).status, 'stale')
})

test('W7: without last_activity, being fresh is activity; with it, only acting is', () => {
  assert.equal(first(full).activeAgoMs, 0)
  assert.equal(first({ ...full, lastActivityMs: NOW - HOUR }).activeAgoMs, HOUR)
  assert.equal(first({ ...full, ...old, lastActivityMs: NOW }).activeAgoMs, null, 'not fresh')
})

test('W7: a wrapper that is fresh and does nothing grows idle, until it acts', () => {
  const acted = (lastActivityMs: number, refreshedMs: number): Heartbeat => ({
    ...full,
    lastActivityMs: NOW + lastActivityMs,
    lastRefreshMs: NOW + refreshedMs,
  })
  const file = watching(acted(-HOUR, 0))
  assert.equal(file.look(0).activeAgoMs, HOUR)
  const idle = file.look(TICK, { content: acted(-HOUR, TICK), stamp: '2' })
  assert.equal(idle.activeAgoMs, HOUR + TICK)
  const busy = file.look(2 * TICK, { content: acted(2 * TICK - 5_000, 2 * TICK), stamp: '3' })
  assert.equal(busy.activeAgoMs, 5_000)
  assert.equal(file.look(3 * TICK).activeAgoMs, 5_000 + TICK)
})

test('W7: the writer may have any clock: the rest is reckoned on its own', () => {
  const acted = (agoMs: number): Heartbeat => {
    const theirNow = NOW - DAY
    return { ...full, lastRefreshMs: theirNow, lastActivityMs: theirNow - agoMs }
  }
  const file = watching(acted(20 * MINUTE))
  file.look(0)
  assert.equal(file.look(TICK, { content: acted(7_000), stamp: '2' }).activeAgoMs, 7_000)
  const since = file.look(2 * TICK, { content: acted(HOUR), stamp: '3' }).activeAgoMs
  assert.equal(since, TICK, 'it acted since the look before, whatever its clock makes of that')
})
