import assert from 'node:assert/strict'
import os from 'node:os'
import { test } from 'node:test'
import { progressOf } from '../../src/cli/commands/progress.ts'
import { collectIds } from '../../src/cli/job-ids.ts'
import { wishesOf } from '../../src/cli/job-wishes.ts'
import { codeOf } from '../../src/cli/wait-code.ts'
import { inheritedBy } from '../../src/client/run-input.ts'
import type { JobView } from '../../src/contract/jobs.ts'
import { jobView } from '../support/job-views.ts'

test('ids may be separated by blanks and commas, and be repeated', () => {
  assert.deepEqual(collectIds('3'), [3])
  assert.deepEqual(collectIds('3,4 5, 6', [1]), [1, 3, 4, 5, 6])
  for (const bad of ['', ',', 'x', '3,x', '0', '-1', '1.5', '1e3']) {
    assert.throws(() => collectIds(bad), /expected/, bad)
  }
})

test('progress takes a number, a part of a whole, a text, or both', () => {
  assert.deepEqual(progressOf(['3/10']), { done: 3, total: 10 })
  assert.deepEqual(progressOf(['3', 'of', 'many']), { done: 3, text: 'of many' })
  assert.deepEqual(progressOf(['3 of many']), { text: '3 of many' })
  assert.deepEqual(progressOf(['a/b']), { text: 'a/b' })
  assert.throws(() => progressOf([]), /nothing to say/)
  assert.throws(() => progressOf([' ']), /nothing to say/)
})

const CODES: readonly [Partial<JobView>, number][] = [
  [{ status: 'succeeded', exit_code: 0 }, 0],
  [{ status: 'failed', exit_code: 7 }, 7],
  [{ status: 'failed', exit_code: 200 }, 200],
  [{ status: 'signalled', signal: 'SIGSEGV' }, 128 + os.constants.signals.SIGSEGV],
  [{ status: 'signalled', signal: 'SIGRTMIN' }, 128 + 34],
  [{ status: 'signalled', signal: 'SIGRTMIN+3' }, 128 + 37],
  [{ status: 'signalled', signal: 'signal 32' }, 128 + 32],
  [{ status: 'killed', signal: 'SIGTERM' }, 143],
  [{ status: 'killed', exit_code: 3 }, 3],
  [{ status: 'killed' }, 137],
  [{ status: 'oom', signal: 'SIGKILL' }, 137],
  [{ status: 'timed_out', exit_code: 0 }, 124],
  [{ status: 'timed_out', signal: 'SIGTERM' }, 124],
  [{ status: 'lost' }, 125],
  [{ status: 'unstartable' }, 127],
  [{ status: 'running' }, 124],
]

for (const [job, code] of CODES) {
  const { status, exit_code = null, signal = null } = job
  test(`whoever waited for ${status} (${exit_code ?? signal}) ends with ${code}`, () => {
    assert.equal(codeOf([jobView(job)]), code)
  })
}

test('of several the first that is not 0 counts, in the order given', () => {
  const [good, bad, worse] = [0, 7, 8].map((exit_code) =>
    jobView({ status: exit_code === 0 ? 'succeeded' : 'failed', exit_code }),
  )
  assert.ok(good && bad && worse)
  assert.equal(codeOf([good, worse, bad]), 8)
  assert.equal(codeOf([good, good]), 0)
})

test('J5: what a job inherits is the environment as a whole, umask, session and parent', () => {
  const environment = { A: '1', GONE: undefined, CURFEW_SESSION: 's', CURFEW_JOB: '7' }
  const { ticket, umask, ...rest } = inheritedBy(environment, '/x')
  assert.deepEqual(rest, {
    cwd: '/x',
    env: { A: '1', CURFEW_SESSION: 's', CURFEW_JOB: '7' },
    session: 's',
    parent: 7,
  })
  assert.match(ticket, /^[-0-9a-f]{36}$/)
  assert.match(umask ?? '', /^0[0-7]{3}$/)
  const bare = inheritedBy({ CURFEW_SESSION: '', CURFEW_JOB: '$(x)' }, '/x')
  assert.deepEqual([bare.session, bare.parent], [undefined, undefined])
  assert.notEqual(bare.ticket, ticket)
})

test('what is not said of a job is not sent', () => {
  assert.deepEqual(wishesOf({}), {})
  assert.deepEqual(wishesOf({ keepAwake: false, after: [], retry: 0 }), {
    keep_awake: false,
    after: [],
    retry: 0,
  })
})
