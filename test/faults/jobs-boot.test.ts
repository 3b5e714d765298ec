import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { bootId } from '../../src/host/identity.ts'
import { startDaemon } from '../support/daemon.ts'
import { look, submit, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { needsPidNamespace, startLockedIn } from '../support/pid-namespace.ts'

test(
  'J2: after the machine was started anew what ran is lost and not timed out, and what waited runs',
  { skip: needs(needsLinux()) },
  async (t) => {
    const first = await startDaemon(t)
    const { house } = first
    const running = await submit(house, 'sleep 300', { timeout: '2s' })
    const waiting = await submit(house, 'exit 5', { delay: '1s' })
    const { pid } = await untilJob(house, running, (job) => job.pid !== null, 'to run')
    await first.kill()
    process.kill(parentOf(pid ?? 0), 'SIGKILL')
    process.kill(-(pid ?? 0), 'SIGKILL')
    bootAnew(house.paths.store)
    const second = await startDaemon(t, { house })
    const lost = await untilEnds(house, running)
    assert.deepEqual([lost.status, lost.exit_code, lost.signal], ['lost', null, null])
    assert.match(lost.reason ?? '', /machine was started anew/)
    assert.equal((await untilEnds(house, waiting)).exit_code, 5)
    assert.deepEqual((await second.status()).warnings, [])
  },
)

test(
  'J2: a number that a stranger has by now is not the job’s: after a restart of the machine nobody is signalled',
  { skip: needs(needsLinux()) },
  async (t) => {
    const first = await startDaemon(t)
    const { house } = first
    const running = await submit(house, 'sleep 300')
    const job = await untilJob(house, running, ({ pid }) => pid !== null, 'to run')
    await first.kill()
    // What lives under that number belongs to this boot, and what is on record to the one before.
    bootAnew(house.paths.store)
    await startDaemon(t, { house })
    assert.equal((await untilEnds(house, running)).status, 'lost')
    process.kill(job.pid ?? 0, 0)
    process.kill(-(job.pid ?? 0), 'SIGKILL')
    assert.equal((await look(house, running)).status, 'lost')
  },
)

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** As the store would look had all of it been written in another boot. */
function bootAnew(store: string): void {
  const database = new DatabaseSync(store)
  const change = database.prepare(
    'update jobs set run = replace(run, ?, ?), wait = replace(wait, ?, ?)',
  )
  change.run(bootId(), 'another-boot', bootId(), 'another-boot')
  database.close()
}

test(
  'J6: the number of a job that was lost was given to a stranger: the next daemon lets that one live',
  { skip: needs(needsPidNamespace(), needsCommand('perl')) },
  async (t) => {
    const program = startLockedIn(t, 'lose-number.ts', [])
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
    const { status, lives } = JSON.parse(program.lines()[0] ?? '')
    assert.deepEqual([status, lives], ['lost', true])
  },
)
