import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { NO_FIGURES } from '../../src/domain/job.ts'
import { JOB_SHAPES } from '../../src/formats/job-shapes.ts'
import { viewAttempt, viewJob } from '../../src/operations/view-job.ts'
import { CREATED_MS, FAILED } from '../support/jobs.ts'
import {
  anyActive,
  anyEnded,
  anyFigures,
  anyJob,
  anyUnstarted,
} from '../support/job-arbitraries.ts'

const jobShape = JOB_SHAPES.run

for (const [name, shape] of Object.entries(JOB_SHAPES)) {
  test(`the shape "${name}" is a JSON Schema that stands alone`, () => {
    assert.doesNotMatch(JSON.stringify(z.toJSONSchema(shape)), /"\$ref"/)
  })
}

test('whatever a job is, it is shown in the shape that was promised', () => {
  fc.assert(
    fc.property(anyJob, anyFigures, (job, figures) => {
      const view = viewJob(job, { figures, followUp: 'pending' })
      assert.deepEqual(jobShape.strict().parse(view), view)
      assert.deepEqual([view.id, view.status, view.command], [job.id, job.status, job.spec.command])
      assert.ok(!JSON.stringify(view).includes('undefined'))
    }),
  )
})

test('J2: a code is shown only of what ended with one, a number of a process only of what runs', () => {
  fc.assert(
    fc.property(anyUnstarted, (job) => {
      const { pid, started_at, ended_at, exit_code, signal, due_at } = viewJob(job)
      assert.deepEqual(
        [pid, started_at, ended_at, exit_code, signal],
        [null, null, null, null, null],
      )
      assert.equal(due_at === null, job.wait === null)
    }),
  )
  fc.assert(
    fc.property(anyActive, (job) => {
      const { pid, started_at, ended_at, exit_code } = viewJob(job)
      assert.equal(pid, job.run.phase === 'started' ? (job.run.process?.pid ?? null) : null)
      assert.deepEqual([started_at === null, ended_at, exit_code], [false, null, null])
    }),
  )
  fc.assert(
    fc.property(anyEnded, (job) => {
      const { pid, ended_at, exit_code, signal, reason } = viewJob(job)
      assert.deepEqual([pid, ended_at === null, reason], [null, false, job.end.reason])
      assert.deepEqual([exit_code, signal], [job.end.exitCode, job.end.signal])
    }),
  )
})

test('J12: a live job shows what was sampled, one that ended what was kept', () => {
  const sampled = { ...NO_FIGURES, cpuMs: 1_500, measuredBy: 'sampled', reach: 'scan' } as const
  fc.assert(
    fc.property(anyActive, anyEnded, (live, over) => {
      const { cpu_seconds, measured_by, reach } = viewJob(live, { figures: sampled })
      assert.deepEqual([cpu_seconds, measured_by, reach], [1.5, 'sampled', 'scan'])
      const { cpuMs } = over.figures
      assert.equal(
        viewJob(over, { figures: sampled }).cpu_seconds,
        cpuMs === null ? null : cpuMs / 1_000,
      )
    }),
  )
})

test('an earlier attempt is shown in the shape that was promised', () => {
  const view = viewAttempt({
    attempt: 1,
    startedMs: null,
    endedMs: CREATED_MS,
    end: FAILED,
    figures: NO_FIGURES,
  })
  assert.deepEqual(view, {
    attempt: 1,
    status: 'failed',
    started_at: null,
    ended_at: '2026-11-20T09:00:00.000Z',
    exit_code: 7,
    signal: null,
    reason: 'exit code 7',
    cpu_seconds: null,
    peak_memory_bytes: null,
    measured_by: null,
    reach: null,
  })
  assert.ok(JOB_SHAPES.job.shape.attempts.element.strict().safeParse(view).success)
})
