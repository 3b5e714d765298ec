import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isEnded } from '../../src/domain/job.ts'
import { killedUnstarted } from '../../src/domain/job-end.ts'
import type { JobQuery, JobStore } from '../../src/store/job-store.ts'
import type { Cleaning } from '../support/cleaning.ts'
import {
  awake,
  beginning,
  CREATED_MS,
  draft,
  type DraftWishes,
  ending,
  FAILED,
  idsIn,
  PROCESS,
  seen,
  START,
} from '../support/jobs.ts'
import { anyJob } from '../support/job-arbitraries.ts'

/** What a test of the contract needs of an engine. */
export interface JobEngine {
  readonly name: string
  /** An empty store of its own; `reopen` closes it and opens the same one anew. */
  open(t: Cleaning): { jobs: JobStore; reopen(): JobStore }
}

export type CheckJobs = (what: string, fn: (jobs: JobStore) => Promise<void>) => void

/** What every engine has to do for jobs: their life from submission to end. */
export function describeJobs(engine: JobEngine): void {
  const check: CheckJobs = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).jobs))

  check('an empty store has no jobs', async (jobs) => {
    assert.deepEqual(await jobs.list({ limit: 10 }), [])
    assert.equal(await jobs.get(1), undefined)
    assert.equal((await jobs.counts()).size, 0)
    assert.deepEqual(await jobs.active(), [])
    assert.deepEqual(await jobs.groups(), [])
    assert.deepEqual(await jobs.leavers(10), { kept: { jobs: 0, bytes: 0 }, oldest: [] })
  })

  test(`${engine.name}: J4: ids grow and none is given out twice, also after a restart and after its job went`, async (t) => {
    const { jobs, reopen } = engine.open(t)
    assert.deepEqual(
      [await jobs.reserveIds(1), await jobs.reserveIds(3), await jobs.reserveIds(1)],
      [1, 2, 5],
    )
    await jobs.submit([draft(9)])
    const again = reopen()
    assert.equal(await again.reserveIds(1), 10)
    await again.raiseIdFloor(40)
    await again.raiseIdFloor(20)
    assert.equal(await again.reserveIds(2), 41)
    await again.returnIds(42, 42)
    assert.equal(await again.reserveIds(3), 42, 'what was not used is given out again')
    await again.returnIds(42, 43)
    assert.equal(await again.reserveIds(1), 45, 'unless somebody has reserved beyond it')
  })

  test(`${engine.name}: J4: what was submitted is there with all it was asked for, also after a restart`, async (t) => {
    const { jobs, reopen } = engine.open(t)
    const asked = draft(1, {
      command: ['sh', '-c', 'echo "ä🏠"\n', ''],
      name: 'n',
      session: 's',
      group: 'g',
      cwd: '/x y',
      priority: -3,
      timeoutMs: 5,
      retries: 2,
      keepAwake: true,
      wait: { kind: 'delay', ms: 7, from: seen(3) },
    })
    assert.deepEqual(await jobs.submit([{ ...asked, parent: 4, retryOf: 5 }]), { ok: true })
    const job = await reopen().get(1)
    assert.deepEqual(job, {
      ...asked,
      parent: 4,
      retryOf: 5,
      status: 'queued',
      attempt: 1,
      retriesLeft: 2,
      badStarts: 0,
      progress: null,
      unmet: 0,
      doomedBy: null,
      run: null,
    })
  })

  check('J4: who asks again with the same ticket has submitted once', async (jobs) => {
    assert.deepEqual(await jobs.submit([draft(1)], 'a'), { ok: true })
    assert.deepEqual(await jobs.submit([draft(2)], 'a'), { ok: false, why: 'ticket', job: 1 })
    assert.deepEqual(await jobs.submit([draft(3)], 'b'), { ok: true })
    assert.equal((await jobs.ofTicket('a'))?.id, 1)
    assert.equal(await jobs.ofTicket('c'), undefined)
    assert.deepEqual(
      (await jobs.list({ limit: 10 })).map(({ id }) => id),
      [3, 1],
    )
    await jobs.end([{ ...ending(1), of: 'waiting' }])
    await jobs.remove([1])
    assert.equal(await jobs.ofTicket('a'), undefined, 'it goes with its job')
  })

  check('J4: jobs that are submitted together are kept together or not at all', async (jobs) => {
    const refused = await jobs.submit([
      draft(1),
      draft(2, { after: [1] }),
      draft(3, { after: [1, 77, 3] }),
    ])
    assert.deepEqual(refused, { ok: false, why: 'needs', job: 3, needs: [77, 3] })
    assert.deepEqual(await jobs.list({ limit: 10 }), [])
    assert.equal((await jobs.counts()).get('queued'), undefined)
    await jobs.submit([draft(1)])
    await assert.rejects(jobs.submit([draft(2), draft(1)]))
    assert.deepEqual(await idsOf(jobs), [1])
  })

  test(`${engine.name}: whatever a job is, it is read as it was put in`, async (t) => {
    const { jobs } = engine.open(t)
    await fc.assert(
      fc.asyncProperty(anyJob, async (job) => {
        await jobs.restore([job])
        assert.deepEqual(await jobs.get(job.id), job)
      }),
      { numRuns: 100 },
    )
  })

  check('J3: a job is begun once, and only while it waits', async (jobs) => {
    await submit(jobs, {}, {})
    assert.deepEqual(idsIn(await jobs.begin([beginning(1), beginning(1), beginning(77)])), [1])
    assert.deepEqual(await jobs.begin([beginning(1)]), [])
    await jobs.pause([2], awake(0))
    assert.deepEqual(await jobs.begin([beginning(2)]), [])
    await jobs.resume([2], awake(0))
    assert.deepEqual(await jobs.begin([beginning(2, { attempt: 2 })]), [])
    const [second] = await jobs.begin([beginning(2)])
    const [first, ...others] = await jobs.active()
    assert.deepEqual(others, [second], 'who begins it is told of it as it is on record')
    assert.equal(first?.status, 'running')
    assert.deepEqual(first?.run, {
      phase: 'starting',
      startedMs: CREATED_MS + 1_000,
      clock: { ranMs: 0, since: awake(1_000) },
    })
  })

  check('J1: what is known of a running job is kept for the next daemon', async (jobs) => {
    await submit(jobs, {})
    await jobs.begin([beginning(1)])
    assert.deepEqual(await jobs.started([{ id: 1, attempt: 2, ...START }]), [])
    assert.deepEqual(await jobs.started([{ id: 1, attempt: 1, ...START, process: null }]), [1])
    assert.deepEqual(await jobs.started([{ id: 1, attempt: 1, ...START, place: '/cg' }]), [1])
    const [job] = await jobs.active()
    assert.ok(job?.run.phase === 'started')
    assert.deepEqual(job.run.process, PROCESS)
    assert.deepEqual(
      [job.run.place, job.run.reach, job.run.startedMs, job.run.clock.since],
      ['/cg', 'scan', CREATED_MS + 1_500, awake(1_400)],
    )
  })

  check('J2: an outcome is written once, with what it took', async (jobs) => {
    await submit(jobs, { session: 's' }, {})
    await jobs.begin([beginning(1), beginning(2)])
    assert.deepEqual(await jobs.end([ending(2, { attempt: 2 })]), [], 'of another attempt')
    const figures = {
      cpuMs: 12,
      peakMemoryBytes: 3e9,
      measuredBy: 'cgroup',
      reach: 'cgroup',
    } as const
    const startedMs = CREATED_MS + 1_700
    const ended = await jobs.end([
      ending(1, { end: FAILED, figures, bytes: 5, startedMs }),
      ending(2),
    ])
    assert.deepEqual(ended, [
      { id: 1, isFinal: true, session: 's' },
      { id: 2, isFinal: true, session: null },
    ])
    assert.deepEqual(await jobs.end([ending(1), ending(2, { attempt: 2 })]), [])
    const job = await jobs.get(1)
    assert.ok(job !== undefined && isEnded(job))
    assert.deepEqual([job.end, job.figures, job.bytes], [FAILED, figures, 5])
    assert.deepEqual([job.startedMs, job.endedMs], [startedMs, CREATED_MS + 2_000])
    assert.equal(job.acknowledgedMs, null)
    const unasked = await jobs.get(2)
    assert.ok(unasked !== undefined && isEnded(unasked))
    assert.equal(unasked.startedMs, CREATED_MS + 1_000, 'nobody said otherwise')
    assert.equal(
      unasked.acknowledgedMs,
      CREATED_MS + 2_000,
      'without a session nobody is owed a word',
    )
  })

  check(
    'J2: the end of one that waits is not the end of one that has meanwhile been started, nor the other way',
    async (jobs) => {
      await submit(jobs, {}, {})
      await jobs.begin([beginning(1)])
      const killed = { end: killedUnstarted(), of: 'waiting' } as const
      assert.deepEqual(await jobs.end([ending(1, killed), ending(2, { of: 'run' })]), [])
      assert.equal((await jobs.end([ending(2, killed)])).length, 1)
      const job = await jobs.get(2)
      assert.ok(job !== undefined && isEnded(job))
      assert.deepEqual([job.status, job.startedMs], ['killed', null])
    },
  )
}

/** Jobs of these wishes, under the ids from 1 on. */
export async function submit(jobs: JobStore, ...wishes: readonly DraftWishes[]): Promise<void> {
  const drafts = wishes.map((wish, index) => draft(index + 1, wish))
  assert.deepEqual(await jobs.submit(drafts), { ok: true })
}

/** From its queue to its end. */
export async function run(
  jobs: JobStore,
  id: number,
  more: Parameters<typeof ending>[1] = {},
): Promise<void> {
  assert.deepEqual(idsIn(await jobs.begin([beginning(id)])), [id])
  assert.equal((await jobs.end([ending(id, more)])).length, 1)
}

/** What the queue would start now if there were no limits. */
export async function startable(jobs: JobStore): Promise<number[]> {
  const groups = new Map(['default', 'g'].map((name) => [name, { slots: null, paused: false }]))
  const { queued } = await jobs.queue({ groups, most: 1_000 })
  const free = queued.filter(({ needs }) => needs.length === 0)
  return inOrder(free.map(({ id }) => id))
}

export function inOrder(ids: readonly number[]): number[] {
  return ids.toSorted((a, b) => a - b)
}

export async function idsOf(jobs: JobStore, query: JobQuery = { limit: 1_000 }): Promise<number[]> {
  return (await jobs.list(query)).map(({ id }) => id)
}
