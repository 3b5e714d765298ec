import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noteDeath } from '../../src/domain/chore-record.ts'
import {
  BUILT_IN_CHORES,
  type ChoreEnd,
  type ChoreStop,
  choresLeft,
  listChores,
  takeIn,
} from '../../src/domain/chores.ts'
import {
  BAD,
  ends,
  factsOf,
  GOOD,
  HOUR,
  LIST,
  liveThrough,
  newDay,
  next,
  night,
  running,
  standing,
} from '../support/chore-nights.ts'

test('S4: the built-in chores come first, in their order, then the own ones; taken names are refused', () => {
  const own = ['mine', 'store', 'mine'].map((name) => ({
    name,
    builtIn: false,
    timeoutMs: 0,
    everyMs: 0,
  }))
  const { list, refused } = listChores(own)
  assert.deepEqual(
    list.map(({ name }) => name),
    ['retention', 'store', 'logs', 'sweep', 'mine'],
  )
  assert.deepEqual(refused, ['store', 'mine'])
  assert.deepEqual(list.slice(0, BUILT_IN_CHORES.length), BUILT_IN_CHORES)
})

test('S4: one at a time, in order, and none twice a night', () => {
  const at = night()
  assert.deepEqual(next(at), { do: 'start', name: 'a', run: 1 })
  assert.deepEqual(next(at, running(at)), { do: 'wait', run: 1, againInMs: 60_000 })
  assert.deepEqual(ends(at, GOOD), ['chore_ended'])
  assert.deepEqual(liveThrough(at), ['b', 'c'])
  assert.deepEqual(next(at), { do: 'nothing' })
  assert.equal(at.memory.over, true)
  assert.deepEqual(choresLeft(at.memory, factsOf(at, null)), [])
})

test('S4: the next night begins once the house was up, and a rested chore stays out', () => {
  const at = night()
  liveThrough(at)
  newDay(at)
  assert.deepEqual(liveThrough(at), ['a', 'b', 'c'])
  Object.assign(at, { isNight: false, isUp: true })
  next(at)
  Object.assign(at, { isNight: true, isUp: false, nowMs: at.nowMs + HOUR })
  assert.equal(standing(at, 'b'), 'resting')
  assert.deepEqual(liveThrough(at), ['a', 'c'])
})

test('S4: by day nothing starts, and what runs is stopped once', () => {
  const at = night()
  next(at)
  at.isNight = false
  assert.deepEqual(next(at, running(at)), { do: 'stop', run: 1, why: 'woken' })
  assert.deepEqual(next(at, running(at, 'woken')), { do: 'wait', run: 1, againInMs: null })
  ends(at, { kind: 'signalled', signal: 'SIGTERM' }, 'woken')
  assert.deepEqual(next(at), { do: 'nothing' })
})

test('S4: an interruption is no strike, and the next night goes on where it stopped', () => {
  const at = night()
  next(at)
  ends(at, GOOD)
  for (let count = 0; count < 5; count += 1) {
    assert.equal(next(at).do, 'start')
    ends(at, { kind: 'signalled', signal: 'SIGTERM' }, count % 2 === 0 ? 'woken' : 'leaving')
    newDay(at)
  }
  assert.equal(at.memory.records.get('b')?.failures, 0)
  assert.deepEqual(liveThrough(at), ['b', 'c'])
})

test('S4: a start that was written down and not done is said again, by the same number', () => {
  const at = night()
  const first = next(at)
  assert.deepEqual(next(at), first)
  at.isNight = false
  assert.deepEqual(next(at), { do: 'nothing' })
  assert.equal(at.memory.running, null)
})

test('S4: time is up when the chore has had it, however long the clock says it was', () => {
  const at = night()
  next(at)
  at.nowMs += 8 * HOUR
  assert.deepEqual(next(at, running(at), 20_000), { do: 'wait', run: 1, againInMs: 40_000 })
  assert.deepEqual(next(at, running(at), 40_000), { do: 'stop', run: 1, why: 'timeout' })
  assert.deepEqual(ends(at, GOOD, 'timeout'), ['chore_ended'])
  assert.equal(at.memory.records.get('a')?.outcome, 'timed_out')
  assert.equal(at.memory.records.get('a')?.failures, 1)
})

test('S4: three failures in a row put it in quarantine for a day, the others go on', () => {
  const at = night()
  const badly = (name: string): ChoreEnd => (name === 'a' ? BAD : GOOD)
  for (let count = 0; count < 3; count += 1) {
    assert.ok(liveThrough(at, badly).includes('a'))
    newDay(at)
  }
  assert.equal(standing(at, 'a'), 'quarantined')
  assert.deepEqual(liveThrough(at, badly), ['b', 'c'])
  newDay(at)
  assert.equal(standing(at, 'a'), 'waiting')
  assert.deepEqual(liveThrough(at, badly), ['a', 'b', 'c'])
  assert.equal(at.memory.records.get('a')?.failures, 1)
})

test('S4: a success in between begins the count anew', () => {
  const at = night()
  for (const end of [BAD, BAD, GOOD, BAD, BAD]) {
    liveThrough(at, (name) => (name === 'c' ? end : GOOD))
    newDay(at)
  }
  assert.equal(standing(at, 'c'), 'waiting')
})

test('S4: every end counts as what it was', () => {
  const cases: readonly [ChoreEnd, ChoreStop | null, string][] = [
    [GOOD, null, 'succeeded'],
    [{ kind: 'done', note: 'kept 3' }, null, 'succeeded'],
    [BAD, null, 'failed'],
    [{ kind: 'signalled', signal: 'SIGSEGV' }, null, 'failed'],
    [{ kind: 'failed', reason: 'disk full' }, null, 'failed'],
    [{ kind: 'unstartable', reason: 'ENOENT' }, null, 'unstartable'],
    [GOOD, 'woken', 'interrupted'],
    [BAD, 'leaving', 'interrupted'],
    [BAD, 'timeout', 'timed_out'],
  ]
  for (const [end, stop, outcome] of cases) {
    const at = night()
    next(at)
    ends(at, end, stop)
    assert.equal(at.memory.records.get('a')?.outcome, outcome)
  }
})

test('S4: an end is taken in once', () => {
  const at = night()
  next(at)
  const run = { run: 1, state: 'ended', stop: null, end: BAD, tookMs: 1 } as const
  const once = takeIn(at.memory, { run, nowMs: at.nowMs, list: LIST })
  const twice = takeIn(once.memory, { run, nowMs: at.nowMs, list: LIST })
  assert.equal(twice.memory, once.memory)
  assert.deepEqual(twice.events, [])
})

test('S4: three daemons in a row that end while it runs are a reason to leave it alone', () => {
  const at = night()
  let record = noteDeath(undefined, 'a', at.nowMs).record
  record = noteDeath(record, 'a', at.nowMs).record
  assert.equal(record.quarantinedMs, null)
  const third = noteDeath(record, 'a', at.nowMs)
  assert.equal(third.record.failures, 0)
  assert.deepEqual(
    third.events.map(({ type }) => type),
    ['chore_ended', 'chore_quarantined'],
  )
})

test('S4: whatever happens, no chore has its turn twice a night and strikes are failures', () => {
  const happening = fc.constantFrom('good', 'bad', 'woken', 'up', 'down', 'look')
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const at = night()
      const strikes = new Map<string, number>()
      let done = new Set<string>()
      for (const each of happenings) {
        const name = at.memory.running?.name
        if (each === 'up') Object.assign(at, { isNight: false, isUp: true })
        if (each === 'down') Object.assign(at, { isNight: true, isUp: false })
        if (at.isUp && at.memory.over) done = new Set()
        if (name !== undefined && each !== 'up' && each !== 'down') {
          if (each === 'good' || each === 'bad') {
            assert.ok(!done.has(name), `${name} had its turn`)
            done.add(name)
            strikes.set(name, each === 'good' ? 0 : (strikes.get(name) ?? 0) + 1)
            ends(at, each === 'good' ? GOOD : BAD)
          } else if (each === 'woken') ends(at, BAD, 'woken')
        }
        next(at)
        for (const [chore, record] of at.memory.records) {
          assert.equal(record.failures, strikes.get(chore) ?? 0)
          assert.equal(record.quarantinedMs !== null, (strikes.get(chore) ?? 0) >= 3)
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
