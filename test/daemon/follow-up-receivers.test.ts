import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { lookAt } from '../../src/host/identity.ts'
import { runCurfew } from '../support/cli.ts'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit } from '../support/daemon-jobs.ts'
import { listenForHooks } from '../support/hook-server.ts'
import { memoryOf } from '../support/memory.ts'
import { needsLinux } from '../support/needs.ts'
import { waitFor } from '../support/wait-for.ts'

const QUICK = {
  CURFEW_FOLLOW_UP_FROM: '100ms',
  CURFEW_FOLLOW_UP_TO: '200ms',
  CURFEW_FOLLOW_UP_COMMAND_TIMEOUT: '400ms',
  CURFEW_FOLLOW_UP_WEBHOOK_TIMEOUT: '400ms',
}

async function untilOne(
  { ask }: TestDaemon,
  state: FollowUpView['state'],
  isSo: (one: FollowUpView) => boolean = () => true,
): Promise<FollowUpView> {
  const found = await waitFor(async () => (await ask('followups', { state })).find(isSo), {
    what: `a follow-up to be ${state}`,
  })
  return found ?? assert.fail()
}

async function failuresOf(daemon: TestDaemon): Promise<string[]> {
  const failed = (await daemon.events()).filter(({ type }) => type === 'follow_up_failed')
  return failed.map(({ message }) => message)
}

test('F2, F3: a webhook that answers late, never, 500 or 302, or resets, has not heard; one that answers 2xx has', async (t) => {
  const hook = await listenForHooks(t, ['late', 'never', 500, 302, 'reset', 204])
  const env = { ...QUICK, CURFEW_FOLLOW_UP_WEBHOOK: hook.address }
  const daemon = await startDaemon(t, { env })
  const job = await submit(daemon.house, 'true', { session: 's' })
  const { id, attempts } = await untilOne(daemon, 'delivered')
  assert.equal(attempts, 6)
  const bodies = hook.heard.map(
    (body) => JSON.parse(body) as { session: string; followups: FollowUpView[] },
  )
  const heard = bodies.map(({ session, followups }) => [
    session,
    followups[0]?.id,
    followups[0]?.job,
  ])
  assert.deepEqual(
    heard,
    Array.from({ length: 6 }, () => ['s', id, job]),
    'always the same id',
  )
  assert.deepEqual(hook.elsewhere, [])
  const failures = await failuresOf(daemon)
  const expected = [
    /: the webhook: no answer within 0\.4 s$/,
    /: the webhook: no answer within 0\.4 s$/,
    /: the webhook answered 500$/,
    /: the webhook answered 302, and redirects are not followed$/,
    /: the webhook: ECONNRESET$/,
  ]
  assert.equal(failures.length, expected.length)
  for (const [at, pattern] of expected.entries()) assert.match(failures[at] ?? '', pattern)
})

test('F2: leaving does not wait for a webhook that does not answer, nor for a command that hangs', async (t) => {
  const hook = await listenForHooks(t, ['never'])
  const ways = [
    { CURFEW_FOLLOW_UP_WEBHOOK: hook.address },
    { CURFEW_FOLLOW_UP_COMMAND: '["sh", "-c", "echo here; sleep 300"]' },
  ]
  for (const way of ways) {
    const daemon = await startDaemon(t, { env: way })
    await submit(daemon.house, 'true', { session: 's' })
    await untilOne(daemon, 'pending', ({ attempts }) => attempts === 1)
    assert.equal((await daemon.stop()).code, 0)
  }
})

test(
  'F2, F3: a command that hangs is ended with all that it started, and tried again',
  { skip: needsLinux() },
  async (t) => {
    const script = `echo x >> tries
      [ "$(wc -l < tries)" = 1 ] || exit 0
      sleep 300 & echo $! >> pids
      setsid sleep 300 & echo $! >> pids
      echo $$ >> pids
      wait`
    const command = JSON.stringify(['sh', '-c', script])
    const daemon = await startDaemon(t, { env: { ...QUICK, CURFEW_FOLLOW_UP_COMMAND: command } })
    await submit(daemon.house, 'true', { session: 's' })
    assert.equal((await untilOne(daemon, 'delivered')).attempts, 2)
    assert.match((await failuresOf(daemon)).join(), /: the command took longer than 0\.4 s$/)
    const pids = readFileSync(join(daemon.house.folder, 'pids'), 'utf8').trim().split('\n')
    assert.deepEqual(
      pids.map((pid) => lookAt(Number(pid)).state),
      ['gone', 'gone', 'gone'],
    )
  },
)

test(
  'F2: a command that floods its output costs a bounded log and no memory',
  { skip: needsLinux() },
  async (t) => {
    const mib = 1024 * 1024
    const flood = `(yes flood | head -c ${30 * mib} >&2) & yes flood | head -c ${30 * mib}; wait`
    const command = JSON.stringify(['sh', '-c', flood])
    const env = { ...QUICK, CURFEW_FOLLOW_UP_COMMAND_TIMEOUT: '1m' }
    const daemon = await startDaemon(t, { env: { ...env, CURFEW_FOLLOW_UP_COMMAND: command } })
    const before = memoryOf(daemon.pid)
    const job = await submit(daemon.house, 'true', { session: 's' })
    let most = 0
    await waitFor(
      async () => {
        most = Math.max(most, memoryOf(daemon.pid) - before)
        return (await daemon.ask('followups', { state: 'delivered' })).length > 0
      },
      { what: 'it to be heard' },
    )
    t.diagnostic(`${Math.round(most / mib)} MiB more`)
    assert.ok(most < 40 * mib, `${most} bytes more`)
    const { size } = statSync(join(daemon.house.paths.jobs, String(job), 'follow-up.log'))
    assert.ok(size < mib, `${size} bytes`)
  },
)

test('F3: a command that is missing is tried again, given up, and `followups` says why in one line', async (t) => {
  const missing = JSON.stringify(['/no/such/teller', '{text}'])
  const env = { ...QUICK, CURFEW_FOLLOW_UP_COMMAND: missing, CURFEW_FOLLOW_UP_TRIES: '3' }
  const daemon = await startDaemon(t, { env })
  await submit(daemon.house, 'true', { session: 's' })
  const why = '/no/such/teller: no such program'
  const { problem } = await untilOne(daemon, 'pending', ({ attempts }) => attempts === 2)
  assert.equal(problem, why)
  const { id } = await untilOne(daemon, 'given_up')
  await daemon.stop()
  const { stdout } = await runCurfew(daemon.house, ['followups', '--state', 'given_up'])
  assert.equal(
    stdout.split('\n')[0],
    `follow-up ${id}, job 1, session s: given_up, tried 3 times (${why})`,
  )
})
