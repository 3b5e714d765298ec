import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  blankRecord,
  parseExitRecord,
  RECORD_BYTES,
  SLOT_BYTES,
} from '../../src/formats/exit-record.ts'

const BEGAN = 'began waiter=7:70 job=8:80 at=1000 clock=2000 floor_kb=4000 reach=subreaper end'
const ENDED = 'ended code=137 signal=0 user_us=5 sys_us=6 max_rss_kb=7 at=3000 clock=4000 end'
const CUT = 'cut n=3 from=000000000004096 to=000000000008192 lost=000000000004096 n=3 end'

test('a blank record has its full size and says nothing', () => {
  assert.equal(blankRecord().length, RECORD_BYTES)
  assert.deepEqual(parseExitRecord(blankRecord()), { began: null, end: null, cut: null })
  assert.deepEqual(parseExitRecord(''), { began: null, end: null, cut: null })
})

test('all three slots are read', () => {
  assert.deepEqual(parseExitRecord(record([BEGAN, ENDED, CUT])), {
    began: {
      waiter: { pid: 7, processStart: '70' },
      job: { pid: 8, processStart: '80' },
      atMs: 1000,
      clockMs: 2000,
      reach: 'subreaper',
      cgroup: null,
      floorKb: 4000,
    },
    end: {
      kind: 'ended',
      code: 137,
      signal: 0,
      userUs: 5,
      systemUs: 6,
      maxRssKb: 7,
      cgroupUs: null,
      cgroupPeakBytes: null,
      oomKills: null,
      atMs: 3000,
      clockMs: 4000,
    },
    cut: { from: 4096, to: 8192, lost: 4096 },
  })
})

test('what a shell writes is read too: blanks behind, no clock, its own way to say time', () => {
  const began = 'began waiter=7:70 job=8: reach=scan end'.padEnd(SLOT_BYTES - 1)
  const ended = 'ended code=0 signal=9 user=1m2.500000s sys=0m0,25s end'.padEnd(SLOT_BYTES - 1)
  const parsed = parseExitRecord(record([began, ended, '']))
  assert.deepEqual(parsed.began?.job, { pid: 8, processStart: '' })
  assert.equal(parsed.began?.atMs, null)
  const end = parsed.end?.kind === 'ended' ? parsed.end : undefined
  assert.deepEqual(
    [end?.signal, end?.userUs, end?.systemUs, end?.atMs],
    [9, 62_500_000, 250_000, null],
  )
})

test('a command that could not be started', () => {
  const parsed = parseExitRecord(
    record(['', 'unstartable stage=exec errno=2 at=9 clock=9 end', '']),
  )
  assert.deepEqual(parsed.end, { kind: 'unstartable', stage: 'exec', errno: 2, atMs: 9 })
})

test('the figures of a control group', () => {
  const slot = ENDED.replace(' at=', ' cgroup_us=11 cgroup_peak=12 oom_kills=1 at=')
  const { end } = parseExitRecord(record(['', slot, '']))
  assert.deepEqual(
    end?.kind === 'ended' && [end.cgroupUs, end.cgroupPeakBytes, end.oomKills],
    [11, 12, 1],
  )
})

test('J2: a slot read while it is written, in whatever pieces, is nothing or all', () => {
  const old = blankRecord()
  const whole = record([BEGAN, ENDED, CUT])
  const full = parseExitRecord(whole)
  const bytes = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 })
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: RECORD_BYTES }), (isNew, grain) => {
      const torn = Array.from(whole).map((character, at) =>
        isNew[Math.floor(at / grain) % isNew.length] === true ? character : (old[at] ?? ''),
      )
      const parsed = parseExitRecord(torn.join(''))
      for (const slot of ['began', 'end', 'cut'] as const) {
        if (parsed[slot] !== null) assert.deepEqual(parsed[slot], full[slot])
      }
    }),
    { numRuns: 2_000 },
  )
})

test('J10: garbage in the record is as good as no record', () => {
  const noEnd = { began: null, end: null, cut: null }
  for (const slot of [
    'ended',
    'ended code= signal=0 end',
    'ended code=1 signal=-1 end',
    'ended code=1 signal=0',
    'x end',
  ]) {
    assert.deepEqual(parseExitRecord(record([slot, slot, slot])), noEnd, slot)
  }
  assert.deepEqual(
    parseExitRecord(
      record([
        'began waiter=0:1 job=-8:1 reach=scan end',
        '',
        'cut n=1 from=1 to=2 lost=3 n=2 end',
      ]),
    ),
    noEnd,
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (text) => {
      assert.doesNotThrow(() => parseExitRecord(text))
    }),
  )
})

function record(slots: readonly string[]): string {
  return slots.map((slot) => `${slot.padEnd(SLOT_BYTES - 1, '~')}\n`).join('')
}
