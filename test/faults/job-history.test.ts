import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobStore } from '../../src/store/job-store.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { addEndedJobs } from '../support/ended-jobs.ts'
import { beginning, draft, ending } from '../support/jobs.ts'
import { openTempJobs } from '../support/open-temp-jobs.ts'
import { rounds } from '../support/rounds.ts'

const FEW = 1_000
const MANY = rounds(1_000_000)
const ROUNDS = 60
/** Deeper trees and colder caches cost something; a scan would cost a thousand times as much. */
const MOST_RATIO = 4

const GROUPS = new Map([['default', { slots: 5, paused: false }]])

interface Work {
  readonly what: string
  readonly run: (jobs: JobStore, count: number) => Promise<unknown>
}

const WORK: readonly Work[] = [
  { what: 'the newest 100', run: (jobs) => jobs.list({ limit: 100 }) },
  {
    what: 'a page in the middle',
    run: (jobs, count) => jobs.list({ limit: 100, beforeId: Math.floor(count / 2) }),
  },
  { what: '100 that failed', run: (jobs) => jobs.list({ limit: 100, status: 'failed' }) },
  { what: 'those that run', run: (jobs) => jobs.list({ limit: 100, status: 'running' }) },
  { what: '100 of a session', run: (jobs) => jobs.list({ limit: 100, session: 's3' }) },
  {
    what: '100 of a session that succeeded',
    run: (jobs) => jobs.list({ limit: 100, session: 's3', status: 'succeeded' }),
  },
  { what: '100 of a group', run: (jobs) => jobs.list({ limit: 100, group: 'default' }) },
  {
    what: 'those of a group that wait',
    run: (jobs) => jobs.list({ limit: 100, group: 'default', status: 'queued' }),
  },
  { what: 'how many there are', run: (jobs) => jobs.counts() },
  { what: 'those that are active', run: (jobs) => jobs.active() },
  { what: 'the queue', run: (jobs) => jobs.queue({ groups: GROUPS, most: 100 }) },
  { what: 'what may leave', run: (jobs) => jobs.leavers(100) },
]

test('whatever is asked about jobs costs the same among a million that have ended as among a thousand', async (t) => {
  const few = await filled(t, FEW)
  const many = await filled(t, MANY)
  const slow: string[] = []
  for (const { what, run } of WORK) {
    const fast = await fastest(() => run(few, FEW))
    const ratio = (await fastest(() => run(many, MANY))) / fast
    t.diagnostic(`${what}: ${ratio.toFixed(2)} × ${fast.toFixed(3)} ms`)
    if (ratio > MOST_RATIO) slow.push(`${what}: ${ratio.toFixed(1)} times as long`)
  }
  assert.deepEqual(slow, [])
})

async function filled(t: Cleaning, count: number): Promise<JobStore> {
  const { jobs, database } = openTempJobs(t)
  addEndedJobs(database.raw, count)
  await jobs.raiseIdFloor(count)
  const ids = Array.from({ length: 20 }, (_, index) => count + 1 + index)
  await jobs.submit(ids.map((id) => draft(id)))
  await jobs.begin(ids.slice(0, 3).map((id) => beginning(id)))
  await jobs.end([ending(count + 1)])
  return jobs
}

/** The least of several: what the work takes when nothing else is in the way. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    await work()
    best = Math.min(best, performance.now() - began)
  }
  return best
}
