import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isActive, isEnded } from '../../src/domain/job.ts'
import { answerAsk, type JobAsk } from '../../src/domain/job-asks.ts'
import { newJob } from '../../src/domain/job-moves.ts'
import { draft } from '../support/jobs.ts'
import { anyActive, anyEnded, anyJob } from '../support/job-arbitraries.ts'

const ASKS: readonly JobAsk[] = ['kill', 'pause', 'resume', 'edit', 'retry', 'remove']
const queued = newJob(draft(3), { unmet: 0, doomedBy: null })

test('of a job that waits', () => {
  const answers = ASKS.map((ask) => answerAsk(ask, queued).may)
  assert.deepEqual(answers, ['yes', 'yes', 'already', 'yes', 'no', 'no'])
  const held = ASKS.map((ask) => answerAsk(ask, { ...queued, status: 'paused' }).may)
  assert.deepEqual(held, ['yes', 'already', 'yes', 'yes', 'no', 'no'])
})

test('of a job that runs, paused or not', () => {
  fc.assert(
    fc.property(anyActive, (job) => {
      const paused = job.status === 'paused'
      const expected = [
        'yes',
        paused ? 'already' : 'yes',
        paused ? 'yes' : 'already',
        'no',
        'no',
        'no',
      ]
      assert.deepEqual(
        ASKS.map((ask) => answerAsk(ask, job).may),
        expected,
      )
    }),
  )
})

test('of a job that has ended; killing what was killed is done already', () => {
  fc.assert(
    fc.property(anyEnded, (job) => {
      const kill = job.status === 'killed' ? 'already' : 'no'
      assert.deepEqual(
        ASKS.map((ask) => answerAsk(ask, job).may),
        [kill, 'no', 'no', 'no', 'yes', 'yes'],
      )
    }),
  )
})

test('a no names the job, how it is and what to do, and is one of those that exit with 5', () => {
  fc.assert(
    fc.property(anyJob, fc.constantFrom(...ASKS), (job, ask) => {
      const answer = answerAsk(ask, job)
      if (answer.may !== 'no') return
      const { kind, message, hint } = answer.problem
      assert.equal(kind, 'refused')
      assert.match(message, new RegExp(`^job ${job.id} (?:is|has ended) .*${job.status}`))
      assert.ok(!message.includes('\n'))
      if (!isEnded(job) || ask !== 'remove') assert.match(hint ?? '', /`curfew (?:kill|retry)/)
      assert.ok(isEnded(job) || isActive(job) || ask === 'retry' || ask === 'remove')
    }),
  )
})
