import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { test } from 'node:test'
import fc from 'fast-check'
import { ENDED_STATUSES, type EndedStatus } from '../../src/domain/job.ts'
import {
  endFrom,
  intentOf,
  killedUnstarted,
  lost,
  unstartable,
  waitCode,
} from '../../src/domain/job-end.ts'
import { anyActive } from '../support/job-arbitraries.ts'

const ended = (status: EndedStatus, exitCode: number | null, signal: string | null) =>
  endFrom({ status, exitCode, signal, reason: 'why' })

test('J2: an end has the code or the signal that its status says it has, or it is lost', () => {
  const anything = [
    fc.constantFrom(...ENDED_STATUSES),
    fc.option(fc.nat(255), { nil: null }),
    fc.option(fc.constantFrom('SIGTERM', 'SIGSEGV'), { nil: null }),
  ] as const
  fc.assert(
    fc.property(...anything, (status, exitCode, signal) => {
      const end = ended(status, exitCode, signal)
      assert.equal(end.reason, 'why')
      if (end.status === 'failed') assert.equal(end.exitCode, exitCode)
      else if (end.status === 'signalled') assert.equal(end.signal, signal)
      else if (end.status === 'lost' || end.status === 'unstartable') {
        assert.deepEqual([end.exitCode, end.signal], [null, null])
      } else if (end.status !== 'succeeded') {
        assert.deepEqual([end.exitCode, end.signal], [exitCode, signal])
      }
      if (end.status !== status) {
        assert.equal(end.status, 'lost')
        assert.equal(status === 'failed' ? exitCode : signal, null)
      }
    }),
  )
})

test('J6: an end is judged by the intent that was kept, with what it was asked for', () => {
  fc.assert(
    fc.property(anyActive, (job) => {
      const { intent } = job
      const judged = intentOf(job)
      if (intent === null || intent.why === 'lost') assert.equal(judged, null)
      else if (intent.why === 'kill')
        assert.deepEqual(judged, { kind: 'kill', signal: intent.signal })
      else assert.deepEqual(judged, { kind: 'timeout', limitMs: job.spec.timeoutMs })
    }),
  )
})

const numberOf = (signal: string): number | undefined =>
  new Map<string, number>(Object.entries(constants.signals)).get(signal)

test('a command that waited for a job leaves as the job did', () => {
  const code = (end: Parameters<typeof waitCode>[0]): number => waitCode(end, numberOf)
  assert.equal(code(ended('succeeded', 0, null)), 0)
  for (const each of [1, 7, 137, 255]) assert.equal(code(ended('failed', each, null)), each)
  assert.equal(code(ended('signalled', null, 'SIGSEGV')), 139)
  assert.equal(code(ended('timed_out', null, 'SIGTERM')), 124)
  assert.equal(code(ended('timed_out', 0, null)), 124)
  assert.equal(code(ended('killed', null, 'SIGTERM')), 143)
  assert.equal(code(ended('oom', null, 'SIGKILL')), 137)
  assert.equal(code(lost('why')), 125)
  assert.equal(code(unstartable('why')), 127)
  assert.equal(code(killedUnstarted()), 137)
})

test('an end without a code of its own is never taken for a success', () => {
  for (const status of ENDED_STATUSES.filter((each) => each !== 'succeeded')) {
    assert.notEqual(waitCode({ status, exitCode: null, signal: null }, numberOf), 0)
  }
})
