import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isActive, isEnded, isUnstarted, type Job, MAY_BECOME } from '../../src/domain/job.ts'
import {
  changeJob,
  draftRetry,
  newJob,
  pauseJob,
  putBackJob,
  resumeJob,
  retryJobInPlace,
  settleIntent,
  startJob,
} from '../../src/domain/job-moves.ts'
import { ranFor } from '../../src/domain/job-run.ts'
import { draft, START } from '../support/jobs.ts'
import { anyActive, anyAwake, anyEnded, anyIntent, anyJob } from '../support/job-arbitraries.ts'

const FREE = { unmet: 0, doomedBy: null }
const by = fc.constantFrom('hand' as const, 'group' as const)

const moves: Readonly<
  Record<string, (job: Job, now: { awakeMs: number; bootId: string }) => Job | undefined>
> = {
  'pausing by hand': (job, now) => pauseJob(job, 'hand', now),
  'pausing its group': (job, now) => pauseJob(job, 'group', now),
  'resuming by hand': (job, now) => resumeJob(job, 'hand', now),
  'resuming its group': (job, now) => resumeJob(job, 'group', now),
  'putting back': (job) => putBackJob(job, { wait: null, badStarts: 1, isBurned: false }),
  'retrying in place': (job) => (isEnded(job) ? retryJobInPlace(job, FREE) : undefined),
  editing: (job) => changeJob(job, { name: 'n' }, FREE),
}

for (const [name, move] of Object.entries(moves)) {
  test(`${name} makes of a job only what it may become, and of its identity nothing`, () => {
    fc.assert(
      fc.property(anyJob, anyAwake, (job, now) => {
        const next = move(job, now)
        if (next === undefined) return
        const may: readonly string[] = MAY_BECOME[job.status]
        assert.ok(next.status === job.status || may.includes(next.status))
        const { id, createdMs, parent, retryOf, spec } = job
        const { name: _, ...rest } = spec
        const { name: _name, ...nextRest } = next.spec
        assert.deepEqual(
          { id, createdMs, parent, retryOf, rest },
          { ...identity(next), rest: nextRest },
        )
      }),
    )
  })
}

test('every status is reached from somewhere and leads somewhere', () => {
  const reached = new Set(Object.values(MAY_BECOME).flat())
  for (const [status, next] of Object.entries(MAY_BECOME)) {
    assert.ok(
      [...reached].some((each) => each === status),
      status,
    )
    assert.ok(next.length > 0, status)
    assert.ok(!next.some((each) => each === status), status)
  }
})

test('J8: pausing and resuming what runs stops its clock and starts it, and nothing else', () => {
  fc.assert(
    fc.property(anyActive, by, fc.nat(1e6), fc.nat(1e6), (job, who, pausedMs, laterMs) => {
      const now = { awakeMs: 2e9 + pausedMs, bootId: 'boot-a' }
      const later = { ...now, awakeMs: now.awakeMs + laterMs }
      const paused = pauseJob(job, who, now) ?? job
      assert.ok(isActive(paused) && paused.status === 'paused')
      if (job.status === 'running')
        assert.equal(ranFor(paused.run.clock, later), ranFor(job.run.clock, now))
      const resumed = resumeJob(paused, 'hand', later)
      assert.ok(resumed !== undefined && isActive(resumed) && resumed.status === 'running')
      assert.equal(ranFor(resumed.run.clock, later), ranFor(paused.run.clock, later))
      assert.deepEqual({ ...resumed.run, clock: 0 }, { ...job.run, clock: 0 })
      assert.deepEqual(resumed.intent, job.intent)
    }),
  )
})

test('J6: a job runs since its waiter says so; where nobody does, or it was paused meanwhile, it stays as it was', () => {
  fc.assert(
    fc.property(anyActive, fc.option(anyAwake, { nil: null }), (job, began) => {
      const next = startJob(job, { ...START, began })
      const isMoved = began !== null && job.run.clock.since !== null && job.run.clock.ranMs === 0
      const clock = isMoved ? { ranMs: 0, since: began } : job.run.clock
      const { began: _, ...told } = START
      assert.deepEqual(next, { ...job, run: { ...told, phase: 'started', clock } })
    }),
  )
})

test('J8: a group resumes what it paused, not what was paused by hand before or since', () => {
  fc.assert(
    fc.property(anyActive, anyAwake, (job, now) => {
      const byGroup = pauseJob(resumeJob(job, 'hand', now) ?? job, 'group', now)
      assert.ok(byGroup !== undefined)
      assert.equal(resumeJob(byGroup, 'group', now)?.status, 'running')
      const byHandToo = pauseJob(byGroup, 'hand', now)
      assert.ok(byHandToo !== undefined)
      assert.equal(resumeJob(byHandToo, 'group', now), undefined)
      assert.equal(pauseJob(byHandToo, 'group', now), undefined)
    }),
  )
})

test('J8: a paused group holds its queue itself: jobs that wait are not touched when it goes on', () => {
  const held = pauseJob(newJob(draft(1), FREE), 'hand', { awakeMs: 0, bootId: 'b' })
  assert.equal(held?.status, 'paused')
  if (held !== undefined)
    assert.equal(resumeJob(held, 'group', { awakeMs: 1, bootId: 'b' }), undefined)
})

test('J3: what never became a process waits as before; with its fence burned it takes the next number', () => {
  fc.assert(
    fc.property(anyActive, fc.boolean(), fc.nat(9), (job, isBurned, badStarts) => {
      const back = putBackJob(job, { wait: null, badStarts, isBurned })
      if (job.run.phase === 'started') {
        assert.equal(back, undefined)
        return
      }
      assert.ok(back !== undefined && isUnstarted(back))
      assert.equal(back.attempt, job.attempt + Number(isBurned))
      assert.equal(back.badStarts, badStarts)
      assert.equal(back.status, job.status === 'running' ? 'queued' : 'paused')
    }),
  )
})

test('J6: the first intent stands, and only haste is added to it', () => {
  fc.assert(
    fc.property(anyIntent, anyIntent, (first, second) => {
      assert.equal(settleIntent(null, first), first)
      const both = settleIntent(first, second)
      assert.deepEqual({ ...both, signal: '' }, { ...first, signal: '' })
      assert.equal(both.signal, second.signal === 'SIGKILL' ? 'SIGKILL' : first.signal)
    }),
  )
})

test('J8: a retry in place is the next attempt with all its retries; one as a new job comes after nobody', () => {
  fc.assert(
    fc.property(anyEnded, (job) => {
      const next = retryJobInPlace(job, FREE)
      assert.deepEqual(
        [next.status, next.attempt, next.retriesLeft, next.progress, next.wait],
        ['queued', job.attempt + 1, job.spec.retries, null, null],
      )
      const copy = draftRetry({ ...job, spec: { ...job.spec, after: [1] } }, 99, 5)
      assert.deepEqual(copy, {
        id: 99,
        spec: { ...job.spec, after: [] },
        wait: null,
        createdMs: 5,
        parent: job.parent,
        retryOf: job.id,
      })
    }),
  )
})

test('J8: an edit changes what it names, gives new retries, and nothing once the job was started', () => {
  const job = newJob(draft(4, { retries: 1, wait: { kind: 'until', atMs: 9 } }), FREE)
  const edited = changeJob(job, { retries: 5, group: 'g' }, { unmet: 1, doomedBy: null })
  assert.deepEqual(edited, {
    ...job,
    spec: { ...job.spec, retries: 5, group: 'g' },
    retriesLeft: 5,
    unmet: 1,
  })
  assert.equal(changeJob(job, { wait: null }, FREE)?.wait, null)
  fc.assert(
    fc.property(anyActive, (active) => assert.equal(changeJob(active, {}, FREE), undefined)),
  )
})

function identity({ id, createdMs, parent, retryOf }: Job) {
  return { id, createdMs, parent, retryOf }
}
