import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CensusFile, type Census, takeCensus } from '../../src/domain/census.ts'
import {
  type Heartbeat,
  type HeartbeatContent,
  judge,
  type Moment,
  type Sighting,
  type Watched,
} from '../../src/domain/heartbeat.ts'
import type { ProcessLook } from '../../src/domain/process-look.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const STALE_AFTER = 90_000
const rules = { staleAfterMs: STALE_AFTER, sweepAfterMs: 30_000 }
const DAY = 86_400_000

const anyTime = fc.integer({ min: -8e15, max: 8e15 })
const anyText = fc.string({ maxLength: 12 })
const anyLook: fc.Arbitrary<ProcessLook> = fc.oneof(
  fc.constant({ state: 'gone' } as const),
  fc.constant({ state: 'unknown' } as const),
  fc.record({ state: fc.constant('alive' as const), processStart: anyText, startedAtMs: anyTime }),
)
const anyContent: fc.Arbitrary<HeartbeatContent> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('heartbeat' as const),
      pid: fc.integer({ min: 1, max: 3 }),
      uuid: fc.constantFrom('a', 'b'),
      startedAtMs: fc.option(anyTime),
      lastRefreshMs: fc.option(anyTime),
      processStart: anyText,
      bootId: fc.constantFrom('boot', 'other'),
      hostname: fc.constantFrom('here', 'there'),
      lastActivityMs: anyTime,
    },
    { requiredKeys: ['kind', 'pid', 'uuid', 'startedAtMs', 'lastRefreshMs'] },
  ),
  fc.record({
    kind: fc.constant('torn' as const),
    pid: fc.option(fc.integer({ min: 1, max: 3 })),
    uuid: fc.constantFrom('a', null),
    reason: anyText,
  }),
  fc.record({ kind: fc.constant('hostile' as const), reason: anyText, removable: fc.boolean() }),
)
const anySighting: fc.Arbitrary<Sighting> = fc.record({
  content: anyContent,
  mtimeMs: anyTime,
  stamp: fc.constantFrom('1', '2'),
  look: anyLook,
})
const anyMoment: fc.Arbitrary<Moment> = fc.record({
  wallMs: anyTime,
  monotonicMs: fc.integer({ min: 0, max: DAY }),
  graceUntilMs: fc.integer({ min: 0, max: DAY }),
  hostname: fc.constant('here'),
  bootId: fc.constant('boot'),
})

test('W3: whatever is seen, it is judged, and only what is bad may be swept', () => {
  const looks = fc.array(fc.tuple(anySighting, anyMoment), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(looks, (seen) => {
      let watched: Watched | undefined
      for (const [sighting, moment] of seen) {
        const verdict = judge(watched, sighting, moment, rules)
        watched = verdict.watched
        assert.ok(Number.isFinite(verdict.ageMs) && verdict.reason !== '')
        if (verdict.sweepable) {
          assert.notEqual(verdict.status, 'fresh')
          assert.ok(moment.monotonicMs >= moment.graceUntilMs)
        }
        assert.equal(verdict.activeAgoMs === null, verdict.status !== 'fresh')
      }
    }),
    { numRuns: 2_000 },
  )
})

test('the same facts always give the same verdict, and facts are not changed', () => {
  fc.assert(
    fc.property(anySighting, anySighting, anyMoment, (one, two, moment) => {
      const before = Object.freeze(judge(undefined, Object.freeze(one), moment, rules).watched)
      const again = judge(before, Object.freeze(two), moment, rules)
      assert.deepEqual(judge(before, two, moment, rules), again)
    }),
  )
})

/** What happens to a wrapper that lives between two looks, which are at most a tick apart. */
const anyTurn = fc.record({
  passesMs: fc.integer({ min: 20, max: 30_000 }),
  setMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -DAY, max: DAY })),
})

test('W6: who refreshes every 30 s is fresh at every look, wherever the clocks are set', () => {
  const kinds = fc.constantFrom<Partial<Heartbeat>>({}, { processStart: '500' })
  fc.assert(
    fc.property(fc.array(anyTurn, { minLength: 5, maxLength: 40 }), kinds, (turns, kind) => {
      const life = liveOn(kind)
      for (const turn of turns) {
        const { status, reason, sweepable } = life(turn)
        assert.equal(status, 'fresh', reason)
        assert.equal(sweepable, false)
      }
    }),
    { numRuns: 500 },
  )
})

/** A wrapper that refreshes every 30 s, watched by a loop that gives everybody time when the clock was set. */
function liveOn(kind: Partial<Heartbeat>) {
  let [monotonicMs, wallMs, graceUntilMs, refreshedMs] = [0, NOW, 0, 0]
  // The system reckons the start of a process from the wall clock of now.
  const look = (): ProcessLook => ({
    state: 'alive',
    processStart: '500',
    startedAtMs: wallMs - monotonicMs - 60_000,
  })
  const write = (count: number): Sighting => {
    const times = { startedAtMs: NOW - 60_000, lastRefreshMs: wallMs }
    const content = { kind: 'heartbeat', pid: 40, uuid: 'a', ...times, ...kind } as const
    return { content, mtimeMs: wallMs, stamp: String(count), look: look() }
  }
  let file = write(0)
  let watched: Watched | undefined
  const passUntil = (untilMs: number): void => {
    wallMs += untilMs - monotonicMs
    monotonicMs = untilMs
  }
  return ({ passesMs, setMs }: { passesMs: number; setMs: number }) => {
    const untilMs = monotonicMs + passesMs
    while (refreshedMs + 30_000 <= untilMs) {
      refreshedMs += 30_000
      passUntil(refreshedMs)
      file = write(refreshedMs)
    }
    passUntil(untilMs)
    wallMs += setMs
    if (Math.abs(setMs) >= 2_000) graceUntilMs = monotonicMs + STALE_AFTER
    const moment = { wallMs, monotonicMs, graceUntilMs, hostname: 'here', bootId: 'boot' }
    const verdict = judge(watched, { ...file, look: look() }, moment, rules)
    watched = verdict.watched
    return verdict
  }
}

test('a census judges each file by its own past, in whatever order they are shown', () => {
  const anyFiles = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), anySighting), {
    selector: ([number]) => number,
    maxLength: 10,
  })
  const anyRounds = fc.array(fc.tuple(anyFiles, anyMoment), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(anyRounds, (rounds) => {
      const past = new Map<string, Watched>()
      let census: Census<CensusFile> | undefined
      for (const [numbered, moment] of rounds) {
        const files = numbered.map(([number, file]) => ({ ...file, path: `/w/${number}` }))
        census = takeCensus(census, files, moment, rules)
        const expected = files.map((file) => judge(past.get(file.path), file, moment, rules))
        assert.deepEqual(
          census.wrappers.map(({ verdict }) => verdict),
          expected,
        )
        past.clear()
        for (const [at, file] of files.entries()) {
          const watched = expected[at]?.watched
          if (watched !== undefined) past.set(file.path, watched)
        }
        const fresh = expected.filter(({ status }) => status === 'fresh')
        assert.equal(census.counts.fresh, fresh.length)
        const least = Math.min(...fresh.map(({ activeAgoMs }) => activeAgoMs ?? Infinity))
        assert.equal(census.activeAgoMs ?? Infinity, least)
      }
    }),
    { numRuns: 500 },
  )
})
