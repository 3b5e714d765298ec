import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportClock, ReportSighting } from '../../src/domain/report-facts.ts'
import { parseReport } from '../../src/formats/report-text.ts'
import {
  takeReports,
  type CensusReport,
  type ReportCensus,
} from '../../src/domain/report-census.ts'
import { newsOfReports, NOTHING_TOLD } from '../../src/domain/report-news.ts'
import { FULL_PACE, paceNews } from '../../src/domain/report-pace.ts'
import { freezeRuns, nextRuns, type ReportRuns, thawRuns } from '../../src/domain/report-runs.ts'
import type { EventBody } from '../../src/domain/event.ts'
import { reportJson, type ReportFields } from '../support/reports.ts'

const WALL_MS = 1_800_000_000_000
const STALE_MS = 90_000
const ALIVE = { state: 'alive', processStart: '77', startedAtMs: WALL_MS - 60_000 } as const
const GONE = { state: 'gone' } as const
const STARTED = new Date(WALL_MS - 10_000).toISOString()

let stamps = 0

function file(fields: ReportFields = {}, look: ReportSighting['look'] = ALIVE): CensusReport {
  const said = {
    pid: 4711,
    process_start: '77',
    started_at: STARTED,
    updated_at: STARTED,
    ...fields,
  }
  stamps += 1
  const [content, mtimeMs] = [parseReport(reportJson(said)), WALL_MS]
  return { id: 'r', path: '/r/r.json', folder: '/r', content, stamp: stamps, mtimeMs, look }
}

/** A daemon's looks, one after the other; each gives what it tells. */
function follower(begun: ReportRuns = new Map()) {
  let census: ReportCensus<CensusReport> | undefined
  let told = NOTHING_TOLD
  let runs = begun
  let monotonicMs = 1_000_000
  const look = (...files: CensusReport[]): string[] => {
    monotonicMs += 1_000
    const now = clock(monotonicMs)
    census = takeReports(census, runs, files, now, STALE_MS)
    const { reports } = census
    const found = newsOfReports(told, { runs, reports, listed: new Set(['/r']), now })
    told = found.told
    runs = nextRuns(runs, reports, new Set(['/r']))
    return found.news.map(({ type }) => type)
  }
  const counts = () => census?.counts
  const wait = (ms: number): void => void (monotonicMs += ms)
  return { look, runs: () => runs, counts, wait }
}

function clock(monotonicMs: number): ReportClock {
  const wallMs = WALL_MS + monotonicMs - 1_000_000
  return { wallMs, monotonicMs, graceUntilMs: -Infinity, hostname: 'here', bootId: 'b' }
}

test('R6: begun, unit, finished are each told once', () => {
  const { look } = follower()
  assert.deepEqual(look(file()), ['report_started'])
  assert.deepEqual(look(file()), [])
  assert.deepEqual(look(file({ units_completed: 1 })), ['report_unit'])
  const ended = file({ units_completed: 2, state: 'failed', exit_code: 3 })
  assert.deepEqual(look(ended), ['report_finished'])
  assert.deepEqual(look(ended), [])
})

test('R6: what began and ended between two looks is told as both; what had ended before the first is no news', () => {
  const { look } = follower()
  const old = file({ state: 'succeeded' })
  assert.deepEqual(look(old), [])
  const quick = { ...file({ state: 'succeeded' }), id: 'q', path: '/r/q.json' }
  assert.deepEqual(look(old, quick), ['report_started', 'report_finished'])
  assert.deepEqual(look(old, quick), [])
})

test('R6: orphaned once said stays, whatever process the file names afterwards and however often daemons change', () => {
  const first = follower()
  assert.deepEqual(first.look(file()), ['report_started'])
  assert.deepEqual(first.look(file({}, GONE)), ['report_orphaned'])
  assert.deepEqual(first.look(file({ pid: 5000 })), [], 'a number that is in use again')
  assert.deepEqual(first.counts(), { running: 0, wedged: 0, orphaned: 1 })
  const second = follower(thawRuns(freezeRuns(first.runs())))
  assert.deepEqual(second.look(file()), [], 'it was said already')
  assert.deepEqual(second.counts(), { running: 0, wedged: 0, orphaned: 1 })
  const third = follower(thawRuns(freezeRuns(second.runs())))
  const again = file({ started_at: new Date(WALL_MS).toISOString() })
  assert.deepEqual(third.look(again), ['report_started'], 'begun anew under the same name')
  assert.deepEqual(third.counts(), { running: 1, wedged: 0, orphaned: 0 })
})

test('R6: what ended while no daemon looked is told by the next one; what cannot be read is no end', () => {
  const { look, runs } = follower()
  look(file())
  const torn = { ...file(), content: { kind: 'torn', reason: 'is empty' } } as const
  assert.deepEqual(look(torn), [])
  assert.equal(runs().size, 1)
  const next = follower(thawRuns(freezeRuns(runs())))
  assert.deepEqual(next.look(file({ state: 'cancelled' })), ['report_finished'])
})

test('R6: runs of a folder that cannot be looked at are not forgotten, of one that can they are', () => {
  const runs: ReportRuns = new Map([
    ['/r/gone.json', { startedAtMs: 1, orphaned: true }],
    ['/far/away.json', { startedAtMs: 1, orphaned: true }],
  ])
  assert.deepEqual([...nextRuns(runs, [], new Set(['/r'])).keys()], ['/far/away.json'])
  for (const bad of ['', '{}', '[1,["x"],["p",1,"no"]]', 'null']) {
    assert.equal(thawRuns(bad).size, 0, bad)
  }
})

test('R5: units of a chatty report are told now and then, and ever more seldom', () => {
  const { look, wait } = follower()
  let told = 0
  for (let units = 0; units < 3_000; units += 1) {
    told += look(file({ units_completed: units })).filter((type) => type === 'report_unit').length
    wait(2_000)
  }
  assert.ok(told >= 20 && told < 150, `${told} of 3,000`)
})

test('R5: many reports at once are counted, and do not push everything else out of the events', () => {
  const begun: EventBody = { type: 'report_started', report: 'r', tool: 't', path: '/r', pid: 1 }
  const unit: EventBody = {
    type: 'report_unit',
    report: 'r',
    tool: 't',
    path: '/r',
    done: 1,
    total: null,
    unit: null,
  }
  const few = paceNews(FULL_PACE, [begun, unit], 0)
  assert.equal(few.events.length, 2)
  const noUnits = paceNews(FULL_PACE, [begun, ...Array.from({ length: 60 }, () => unit)], 0)
  assert.deepEqual(noUnits.events, [begun])
  let pace = FULL_PACE
  let events = 0
  for (let second = 0; second < 3_600; second += 1) {
    const paced = paceNews(
      pace,
      Array.from({ length: 100 }, () => begun),
      second * 1_000,
    )
    pace = paced.pace
    events += paced.events.length
  }
  assert.ok(events <= 61, `${events} events in an hour`)
  const last = paceNews(pace, [], 3_700_000).events
  assert.ok(last.every(({ type }) => type === 'reports_moved'))
})
