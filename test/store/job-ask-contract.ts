import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEnded, isUnstarted } from '../../src/domain/job.ts'
import { awake, beginning, CREATED_MS, ending, FAILED, seen, START } from '../support/jobs.ts'
import { type CheckJobs, type JobEngine, run, startable, submit } from './job-contract.ts'

/** What every engine has to do for jobs: what may be asked of them while they wait, run and have ended. */
export function describeJobAsks(engine: JobEngine): void {
  const check: CheckJobs = (what, fn) =>
    void test(`${engine.name}: ${what}`, (t) => fn(engine.open(t).jobs))

  check(
    'J8: what is tried again waits, and its outcome is kept among the attempts',
    async (jobs) => {
      await submit(jobs, { retries: 2, session: 's' })
      await jobs.begin([beginning(1)])
      await jobs.setProgress(1, { done: 1, total: 2, text: null })
      const again = { kind: 'delay', ms: 1_000, from: seen(2_000) } as const
      assert.deepEqual(await jobs.end([ending(1, { end: FAILED, again, bytes: 9 })]), [
        { id: 1, isFinal: false, session: 's' },
      ])
      const job = await jobs.get(1)
      assert.ok(job !== undefined && isUnstarted(job))
      assert.deepEqual(
        [job.status, job.attempt, job.retriesLeft, job.wait, job.progress],
        ['queued', 2, 1, again, null],
      )
      const [attempt, ...more] = await jobs.attempts(1)
      assert.deepEqual([attempt?.attempt, attempt?.end, more], [1, FAILED, []])
      await jobs.release([{ id: 1, wait: again }])
      await jobs.begin([beginning(1, { attempt: 2 })])
      await jobs.end([ending(1, { attempt: 2 })])
      assert.equal((await jobs.get(1))?.status, 'succeeded')
      assert.deepEqual(
        (await jobs.attempts(1)).map((each) => each.attempt),
        [1],
      )
    },
  )

  check(
    'J8: a retry in place keeps every attempt, is owed anew, and holds back whoever comes after',
    async (jobs) => {
      await submit(jobs, { session: 's', retries: 3 }, { after: [1] })
      assert.equal(await jobs.retryInPlace(1), undefined, 'it has not ended')
      await run(jobs, 1)
      await jobs.acknowledge([1], CREATED_MS + 3_000)
      const job = await jobs.retryInPlace(1)
      assert.ok(job !== undefined && isUnstarted(job))
      assert.deepEqual([job.status, job.attempt, job.retriesLeft], ['queued', 2, 3])
      assert.deepEqual(await jobs.get(1), job)
      assert.deepEqual(await startable(jobs), [1])
      await jobs.begin([beginning(1, { attempt: 2 })])
      await jobs.end([ending(1, { attempt: 2 })])
      const ended = await jobs.get(1)
      assert.ok(ended !== undefined && isEnded(ended))
      assert.equal(ended.acknowledgedMs, null)
      assert.deepEqual(
        (await jobs.attempts(1)).map(({ attempt, end }) => [attempt, end.status]),
        [[1, 'succeeded']],
      )
      assert.deepEqual(await startable(jobs), [2])
    },
  )

  check('J3: a start that came to nothing gives the job back to the queue', async (jobs) => {
    await submit(jobs, {}, {})
    await jobs.begin([beginning(1), beginning(2)])
    const back = { id: 1, attempt: 1, badStarts: 2, wait: null, isBurned: false }
    assert.equal(await jobs.putBack({ ...back, attempt: 2 }), false)
    assert.equal(await jobs.putBack(back), true)
    assert.equal(await jobs.putBack(back), false)
    const job = await jobs.get(1)
    assert.ok(job !== undefined && isUnstarted(job))
    assert.deepEqual([job.status, job.attempt, job.badStarts], ['queued', 1, 2])
    await jobs.begin([beginning(1)])
    assert.equal((await jobs.get(1))?.badStarts, 2)
    await jobs.started([{ id: 2, attempt: 1, ...START }])
    assert.equal(await jobs.putBack({ ...back, id: 2 }), false, 'it runs')
  })

  check('J6: an intent is kept with the running job, and the first stands', async (jobs) => {
    await submit(jobs, {}, {})
    await jobs.begin([beginning(1)])
    const timeout = { why: 'timeout', signal: 'SIGTERM', askedMs: 5, ...awake(5) } as const
    const kill = { ...timeout, why: 'kill', signal: 'SIGKILL' } as const
    assert.deepEqual(
      await jobs.intend([
        { id: 1, intent: timeout },
        { id: 2, intent: timeout },
      ]),
      [{ id: 1, intent: timeout }],
    )
    const both = { ...timeout, signal: 'SIGKILL' }
    assert.deepEqual(await jobs.intend([{ id: 1, intent: kill }]), [{ id: 1, intent: both }])
    assert.deepEqual(
      (await jobs.active()).map(({ intent }) => intent),
      [both],
    )
  })

  check(
    'J8: pausing holds what waits and stops what runs; both go on where they were',
    async (jobs) => {
      await submit(jobs, {}, {}, {})
      await jobs.begin([beginning(1)])
      await run(jobs, 3)
      const paused = await jobs.pause([1, 2, 3, 77], awake(4_000))
      assert.deepEqual(
        paused.map(({ id, status }) => [id, status]),
        [
          [1, 'paused'],
          [2, 'paused'],
        ],
      )
      assert.deepEqual(await jobs.pause([1, 2], awake(5_000)), [])
      const [stopped] = await jobs.active()
      assert.deepEqual(stopped?.run.clock, { ranMs: 3_000, since: null })
      assert.deepEqual(await startable(jobs), [])
      assert.equal((await jobs.resume([1, 2], awake(9_000))).length, 2)
      assert.deepEqual(
        (await jobs.active()).map((job) => job.run.clock),
        [{ ranMs: 3_000, since: awake(9_000) }],
      )
      assert.deepEqual(await startable(jobs), [2])
    },
  )

  check('progress is that of a running job', async (jobs) => {
    await submit(jobs, {})
    const progress = { done: 3, total: 10, text: 'ä' }
    assert.equal(await jobs.setProgress(1, progress), false)
    await jobs.begin([beginning(1)])
    assert.equal(await jobs.setProgress(1, progress), true)
    await jobs.end([ending(1)])
    assert.deepEqual((await jobs.get(1))?.progress, progress, 'and is remembered after it')
  })

  check('J8: what waits can be edited, and after whom it comes with it', async (jobs) => {
    await submit(jobs, {}, {}, {})
    await run(jobs, 1)
    assert.deepEqual(await jobs.edit(3, { after: [3, 2, 88] }), { kind: 'needs', needs: [3, 88] })
    const edited = await jobs.edit(3, {
      after: [1, 2],
      command: ['false'],
      priority: 9,
      group: 'g',
    })
    assert.ok(edited.kind === 'edited')
    assert.deepEqual(await jobs.get(3), edited.job)
    assert.deepEqual(await startable(jobs), [2])
    await run(jobs, 2)
    assert.deepEqual(await startable(jobs), [3])
    await jobs.begin([beginning(3)])
    assert.deepEqual(await jobs.edit(3, { priority: 1 }), { kind: 'not now' })
    assert.deepEqual(await jobs.edit(1, {}), { kind: 'not now' })
    assert.deepEqual(await jobs.edit(77, {}), { kind: 'not now' })
  })
}
