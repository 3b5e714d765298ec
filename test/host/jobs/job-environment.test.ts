import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeEnvironment,
  encodeEnvironment,
  jobEnvironment,
} from '../../../src/host/jobs/job-environment.ts'

const PLACE = { home: '/h', job: 7, session: 's' }

test('J5: the submitter’s environment, then what was asked for, then where the job belongs', () => {
  const made = jobEnvironment(
    { PATH: '/bin', A: 'theirs', CURFEW_JOB: '3', GONE: undefined },
    { A: 'asked' },
    PLACE,
  )
  assert.deepEqual(made, {
    PATH: '/bin',
    A: 'asked',
    GONE: undefined,
    CURFEW_HOME: '/h',
    CURFEW_JOB: '7',
    CURFEW_SESSION: 's',
  })
  assert.equal('CURFEW_SESSION' in jobEnvironment({}, {}, { ...PLACE, session: undefined }), false)
})

test('J5: what was meant for the submitting process alone is left out, unless it is asked for', () => {
  const names =
    'LISTEN_FDS LISTEN_PID LISTEN_FDNAMES NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID INVOCATION_ID JOURNAL_STREAM NODE_OPTIONS NODE_CHANNEL_FD'
  const theirs = Object.fromEntries(names.split(' ').map((name) => [name, '1']))
  assert.deepEqual(Object.keys(jobEnvironment(theirs, {}, PLACE)).toSorted(), [
    'CURFEW_HOME',
    'CURFEW_JOB',
    'CURFEW_SESSION',
  ])
  assert.equal(
    jobEnvironment(theirs, { NODE_OPTIONS: '--no-warnings' }, PLACE).NODE_OPTIONS,
    '--no-warnings',
  )
})

test('J5: whatever can be in an environment comes back as it was', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => !/[=\0]/.test(text))
  const value = fc
    .string({ maxLength: 50, unit: 'grapheme' })
    .filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (environment) => {
      assert.deepEqual(decodeEnvironment(encodeEnvironment(environment)), environment)
    }),
  )
})
