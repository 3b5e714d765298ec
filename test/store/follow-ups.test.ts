import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../src/store/store.ts'
import { beginning, CREATED_MS, draft, ending } from '../support/jobs.ts'
import { openTempStore } from '../support/open-temp-store.ts'

const LATER = CREATED_MS + 50_000

/** Runs a job of that session to its end. */
async function endOne(store: Store, id: number, session: string | null): Promise<void> {
  await store.jobs.submit([draft(id, { session })])
  await store.jobs.begin([beginning(id)])
  await store.jobs.end([ending(id)])
}

async function statesOf(store: Store): Promise<[number, number, string][]> {
  const all = await store.followUps.list({ limit: 100 })
  return all.map(({ id, job, state }) => [id, job, state])
}

test('F1: an end owes its session one follow-up, kept with it; one without a session owes nothing', async (t) => {
  const store = openTempStore(t)
  await endOne(store, 1, 's')
  await endOne(store, 2, null)
  const [owed, ...more] = await store.followUps.pending(10)
  assert.deepEqual(more, [])
  assert.partialDeepStrictEqual(owed, { job: 1, session: 's', state: 'pending', attempts: 0 })
  assert.ok((owed?.id ?? 0) > 1, 'no number means two things')
  assert.ok((await store.jobs.reserveIds(1)) > (owed?.id ?? 0))
  assert.deepEqual(await store.followUps.counts(), { pending: 1, givenUp: 0 })
})

test('F4: one for the final end, not for an attempt that is followed by another; a retry in place owes anew', async (t) => {
  const store = openTempStore(t)
  await store.jobs.submit([draft(1, { session: 's', retries: 1 })])
  await store.jobs.begin([beginning(1)])
  const wait = { kind: 'until', atMs: 0 } as const
  await store.jobs.end([ending(1, { again: wait })])
  assert.deepEqual(await statesOf(store), [])
  await store.jobs.release([{ id: 1, wait }])
  await store.jobs.begin([beginning(1, { attempt: 2 })])
  await store.jobs.end([ending(1, { attempt: 2 })])
  const first = (await statesOf(store))[0]?.[0]
  await store.jobs.retryInPlace(1)
  assert.deepEqual(await statesOf(store), [[first, 1, 'settled']])
  await store.jobs.begin([beginning(1, { attempt: 3 })])
  await store.jobs.end([ending(1, { attempt: 3 })])
  const [newest] = await statesOf(store)
  const [second, , state] = newest ?? [0, 0, '']
  assert.deepEqual([second > (first ?? 0), state], [true, 'pending'])
  assert.deepEqual(
    (await store.followUps.ofJobs([1])).map(({ id }) => id),
    [second],
  )
})

test('F2: ack takes ids of follow-ups and of jobs, once is enough, and the job may go then', async (t) => {
  const store = openTempStore(t)
  for (const id of [1, 2, 3]) await endOne(store, id, 's')
  const [, second] = await store.followUps.pending(10)
  const { changed, unknown } = await store.followUps.acknowledge([1, second?.id ?? 0, 999], LATER)
  assert.deepEqual([changed.map(({ job }) => job).toSorted(byNumber), unknown], [[1, 2], [999]])
  const again = await store.followUps.acknowledge([1, second?.id ?? 0], LATER)
  assert.deepEqual([again.changed, again.unknown], [[], []])
  assert.deepEqual(
    (await store.followUps.pending(10)).map(({ job }) => job),
    [3],
  )
  assert.deepEqual(
    (await store.jobs.leavers(10)).oldest.map(({ id }) => id).toSorted(byNumber),
    [1, 2],
  )
})

test('F1: what one session is owed hides no other, however much it is', async (t) => {
  const store = openTempStore(t)
  for (const id of [1, 2, 3]) await endOne(store, id, 'busy')
  await endOne(store, 4, 'other')
  const jobs = async (limit: number): Promise<number[]> =>
    (await store.followUps.pending(limit)).map(({ job }) => job)
  assert.deepEqual(await jobs(2), [1, 4])
  assert.deepEqual(await jobs(10), [1, 4, 2, 3])
})

test('F3: tries are counted, given up is given up, and a retry begins anew', async (t) => {
  const store = openTempStore(t)
  await endOne(store, 1, 's')
  const id = (await store.followUps.pending(1))[0]?.id ?? 0
  assert.deepEqual(
    await store.followUps.tried([
      { id, nextMs: LATER },
      { id: 77, nextMs: 1 },
    ]),
    [id],
  )
  await store.followUps.failed([id], 'no such program')
  assert.partialDeepStrictEqual((await store.followUps.pending(1))[0], {
    attempts: 1,
    nextMs: LATER,
    problem: 'no such program',
  })
  assert.deepEqual(await store.followUps.giveUp([id], LATER), [id])
  assert.deepEqual(await store.followUps.giveUp([id], LATER), [])
  assert.deepEqual(await store.followUps.counts(), { pending: 0, givenUp: 1 })
  assert.deepEqual(await store.followUps.tried([{ id, nextMs: 1 }]), [])
  await store.followUps.retry([1], LATER)
  assert.partialDeepStrictEqual((await store.followUps.pending(1))[0], {
    id,
    attempts: 0,
    nextMs: LATER,
    problem: null,
  })
})

test('F3: a session that is gone is settled, also for what ends later, until it is back', async (t) => {
  const store = openTempStore(t)
  await endOne(store, 1, 's')
  await endOne(store, 2, 't')
  assert.equal((await store.followUps.endSession('s', LATER)).length, 1)
  await endOne(store, 3, 's')
  const states = (await store.followUps.list({ limit: 9 })).map(({ job, state }) => [job, state])
  assert.deepEqual(states, [
    [3, 'settled'],
    [2, 'pending'],
    [1, 'settled'],
  ])
  assert.deepEqual(
    (await store.jobs.leavers(9)).oldest.map(({ id }) => id).toSorted(byNumber),
    [1, 3],
  )
  await store.followUps.reviveSession('s')
  await endOne(store, 4, 's')
  assert.deepEqual(
    (await store.followUps.ofJobs([4])).map(({ state }) => state),
    ['pending'],
  )
})

test('F1: what is owed goes with its job, and lists are by session, state and page', async (t) => {
  const store = openTempStore(t)
  for (const at of [1, 2, 3, 4, 5, 6]) await endOne(store, at * 10, at % 2 === 0 ? 'even' : 'odd')
  const even = await store.followUps.list({ limit: 2, session: 'even' })
  assert.deepEqual(
    even.map(({ job }) => job),
    [60, 40],
  )
  const older = await store.followUps.list({
    limit: 9,
    session: 'even',
    beforeId: even[1]?.id ?? 0,
  })
  assert.deepEqual(
    older.map(({ job }) => job),
    [20],
  )
  await store.followUps.acknowledge([20], LATER)
  const delivered = await store.followUps.list({ limit: 9, state: 'delivered' })
  assert.deepEqual(
    delivered.map(({ job }) => job),
    [20],
  )
  await store.jobs.remove([10, 20, 30, 40, 50, 60])
  assert.deepEqual(await statesOf(store), [])
})

function byNumber(a: number, b: number): number {
  return a - b
}
