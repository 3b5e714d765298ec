import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { callDaemon } from '../../src/client/call.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { JOB_ENV, look, submit, untilEnded } from '../support/daemon-jobs.ts'
import { hasHitTheLoop, inject } from '../support/inject.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { submitSurely } from '../support/sure-submit.ts'
import { waitFor } from '../support/wait-for.ts'

/** One line that names what the system said. */
const FAILED = /^[^\n]*(?:EIO|I\/O|ENOSPC|full)[^\n]*$/
const ENV = { CURFEW_TICK: '200ms' }
const traced = { skip: needs(needsLinux(), needsCommand('strace')), timeout: 120_000 }

/** By how many calls of each kind a submission, and the life of what was submitted, is done; and what may fail there. */
const STEPS: readonly [call: string, error: string, last: number][] = [
  ['fsync', 'EIO', 10],
  ['write', 'ENOSPC', 6],
  ['pwrite64', 'ENOSPC', 10],
  ['mkdir', 'ENOSPC', 2],
  ['rename', 'EIO', 2],
]

for (const [call, error, last] of STEPS) {
  test(
    `J4, D4: ${call} number 1 to ${last} fails with ${error}: a submission is kept whole or refused in one line, and all goes on`,
    traced,
    async (t) => {
      let daemon = await startDaemon(t, { env: ENV })
      let refused = 0
      for (let at = 1; at <= last; at += 1) {
        const done = await submitThrough(t, daemon, `${call}:error=${error}:when=${at}`)
        daemon = done.daemon
        if (done.isRefused) refused += 1
      }
      t.diagnostic(`${refused} of ${last} were refused`)
      assert.equal((await askHouse(daemon.house, 'jobs', {})).length, last, 'none is half there')
      await waitFor(async () => (await daemon.status()).warnings.length === 0, {
        what: 'the daemon to be well',
      })
      assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
    },
  )
}

test(
  'J8, D4: an edit of which a call fails leaves the old or the new, says so in one line, and can be asked again',
  traced,
  async (t) => {
    let daemon = await startDaemon(t)
    const { house } = daemon
    const { socket } = house.paths
    const id = await submit(house, 'exit 1', { delay: '1h' })
    let said = 0
    for (const what of [
      'write:error=ENOSPC',
      'rename:error=EIO',
      'fsync:error=EIO',
      'pwrite64:error=ENOSPC',
    ]) {
      for (let at = 1; at <= 3; at += 1) {
        const before = (await look(house, id)).command
        const wanted = ['sh', '-c', `exit 7 # ${what} ${at}`]
        const tracer = await inject(t, daemon.pid, `${what}:when=${at}`)
        const answer = await callDaemon('edit', { id, command: wanted }, { socket })
        await tracer.kill('SIGTERM')
        if (hasHitTheLoop(tracer)) {
          await daemon.program.ended
          daemon = await startDaemon(t, { house })
        }
        const { command } = await look(house, id)
        if (answer.kind === 'ok') assert.deepEqual(command, wanted)
        else if (!hasHitTheLoop(tracer)) {
          said += 1
          assert.ok(answer.kind === 'problem', JSON.stringify(answer))
          assert.match(answer.problem.message, FAILED, what)
          assert.ok(
            [before, wanted].some((each) => isDeepStrictEqual(each, command)),
            `${what}: ${command.join(' ')}`,
          )
        }
        await askHouse(house, 'edit', { id, command: wanted })
      }
    }
    assert.ok(said > 4, `${said}`)
    await askHouse(house, 'edit', { id, delay: 0 })
    const [job] = await untilEnded(house, [id])
    assert.equal(job?.exit_code, 7)
  },
)

/** Whoever asks again gets the one job, which runs once; says whether it was refused at first, and who serves now. */
async function submitThrough(
  t: TestContext,
  daemon: TestDaemon,
  what: string,
): Promise<{ readonly daemon: TestDaemon; readonly isRefused: boolean }> {
  const { house, pid } = daemon
  const ran = join(house.folder, 'ran')
  const before = linesOf(ran)
  const line = `echo $CURFEW_JOB >> ${ran}; exit 3`
  const tracer = await inject(t, pid, what)
  const next = daemon.program.ended.then(() =>
    hasHitTheLoop(tracer) ? startDaemon(t, { house, env: ENV }) : daemon,
  )
  const { socket } = house.paths
  const answer = await callDaemon(
    'run',
    { shell: line, ticket: what, cwd: house.folder, env: JOB_ENV },
    { socket },
  )
  if (answer.kind === 'no_daemon') await tracer.ended
  if (answer.kind !== 'ok' && !hasHitTheLoop(tracer)) {
    assert.ok(answer.kind === 'problem', `${what}: ${JSON.stringify(answer)}`)
    assert.match(answer.problem.message, FAILED, what)
  }
  const id = await submitSurely(house, line, what)
  if (answer.kind === 'ok') assert.equal(answer.value.id, id, 'what was answered is kept')
  const [job] = await untilEnded(house, [id])
  assert.deepEqual([job?.status, job?.exit_code], ['failed', 3], `${what}: ${JSON.stringify(job)}`)
  await tracer.kill('SIGTERM')
  assert.deepEqual(linesOf(ran), [...before, String(id)], `${what}: it ran once`)
  return {
    daemon: hasHitTheLoop(tracer) ? await next : daemon,
    isRefused: answer.kind !== 'ok',
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
