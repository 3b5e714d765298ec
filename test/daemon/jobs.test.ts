import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { SHAPES } from '../../src/formats/shapes.ts'
import { isRunning } from '../../src/host/identity.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import {
  JOB_ENV,
  logPath,
  submit,
  untilEnded,
  untilEnds,
  untilJob,
} from '../support/daemon-jobs.ts'
import { waitFor } from '../support/wait-for.ts'

const ENDS: Record<
  string,
  readonly [line: string, status: string, exitCode: number | null, signal: string | null]
> = {
  'code 0': ['exit 0', 'succeeded', 0, null],
  'code 7': ['exit 7', 'failed', 7, null],
  'code 137': ['exit 137', 'failed', 137, null],
  'code 255': ['exit 255', 'failed', 255, null],
  SIGKILL: ['kill -KILL $$', 'signalled', null, 'SIGKILL'],
  SIGSEGV: ['kill -SEGV $$', 'signalled', null, 'SIGSEGV'],
  SIGTERM: ['kill -TERM $$', 'signalled', null, 'SIGTERM'],
}

test('J2: how a job ended is told as it was', async (t) => {
  const { house } = await startDaemon(t)
  const ids = await Promise.all(Object.values(ENDS).map(([line]) => submit(house, line)))
  const jobs = await untilEnded(house, ids)
  assert.deepEqual(
    jobs.map(({ status, exit_code, signal }) => [status, exit_code, signal]),
    Object.values(ENDS).map(([, ...end]) => end),
  )
  assert.deepEqual(SHAPES.jobs.parse(jobs), jobs)
})

test('J3: what cannot be started is unstartable, with the reason, and is not tried for ever', async (t) => {
  const { house } = await startDaemon(t)
  const plain = join(house.folder, 'plain.txt')
  writeFileSync(plain, 'no program\n')
  chmodSync(plain, 0o644)
  const gone = join(house.folder, 'gone')
  mkdirSync(gone)
  const cases: [Promise<number>, RegExp][] = [
    [submit(house, ['no-such-command-at-all']), /there is no such command/],
    [submit(house, [plain]), /not executable/],
    [submit(house, ['true'], { cwd: gone, delay: '1h' }), /folder cannot be entered/],
    [submit(house, ['true'], { env: { ...JOB_ENV, BIG: 'x'.repeat(2_500_000) } }), /too long/],
  ]
  const ids = await Promise.all(cases.map(([id]) => id))
  rmSync(gone, { recursive: true })
  await askHouse(house, 'edit', { id: ids[2] ?? 0, delay: 0 })
  const jobs = await untilEnded(house, ids)
  for (const [at, { status, reason, attempt }] of jobs.entries()) {
    assert.deepEqual([status, attempt], ['unstartable', 1], `${reason}`)
    assert.match(reason ?? '', cases[at]?.[1] ?? /^$/)
  }
})

test('J5: environment and folder are the submitter’s, and what was meant for others is left out', async (t) => {
  const { house } = await startDaemon(t, { env: { DAEMON_ONLY: 'x' } })
  const env = { ...JOB_ENV, MINE: 'a b\nc', NOTIFY_SOCKET: '/x', LISTEN_FDS: '3' }
  const wishes = { env, session: 's-1', cwd: '/' }
  const id = await submit(
    house,
    'pwd; env -0 | tr "\\0\\n" "\\n~"; readlink /proc/self/fd/0',
    wishes,
  )
  assert.equal((await untilEnds(house, id)).status, 'succeeded')
  const [cwd, ...lines] = readFileSync(logPath(house, id), 'utf8').trim().split('\n')
  assert.equal(cwd, '/')
  assert.equal(lines.pop(), '/dev/null')
  const seen = new Set(lines)
  assert.ok(seen.has('MINE=a b~c') && seen.has(`CURFEW_JOB=${id}`), lines.join('|'))
  assert.ok(seen.has(`CURFEW_HOME=${house.home}`) && seen.has('CURFEW_SESSION=s-1'))
  const foreign = lines.filter((line) => /^(?:DAEMON_ONLY|NOTIFY_SOCKET|LISTEN_FDS)=/.test(line))
  assert.deepEqual(foreign, [])
})

test('J1: a job outlives a daemon that is killed, stopped or restarted, and its true end is known', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  const fifo = join(house.folder, 'go')
  const line = `mkfifo ${fifo}-$CURFEW_JOB; read x < ${fifo}-$CURFEW_JOB; exit $x`
  const ids = [await submit(house, line), await submit(house, line), await submit(house, line)]
  for (const id of ids) await untilJob(house, id, (job) => job.pid !== null, 'to run')
  await waitFor(() => ids.every((id) => existsSync(`${fifo}-${id}`)), { what: 'the jobs to wait' })
  await first.kill()
  writeFileSync(`${fifo}-${ids[0]}`, '11\n')
  const second = await startDaemon(t, { house })
  await untilJob(house, ids[0] ?? 0, ({ exit_code }) => exit_code === 11, 'to have ended with 11')
  assert.deepEqual((await second.status()).jobs, { running: 2, failed: 1 })
  await second.stop()
  writeFileSync(`${fifo}-${ids[1]}`, '12\n')
  await startDaemon(t, { house })
  writeFileSync(`${fifo}-${ids[2]}`, '13\n')
  const jobs = await untilEnded(house, ids)
  assert.deepEqual(
    jobs.map(({ status, exit_code }) => [status, exit_code]),
    [11, 12, 13].map((code) => ['failed', code]),
  )
})

test('J6: kill ends all of it: group, deaf and escaped', async (t) => {
  const { house } = await startDaemon(t, { env: { CURFEW_JOBS_KILL_GRACE: '300ms' } })
  const line = `trap '' TERM; (setsid sleep 300 &); sleep 300 & wait; sleep 300`
  const id = await submit(house, line)
  const job = await untilJob(house, id, ({ pid }) => pid !== null, 'to run')
  await askHouse(house, 'kill', { ids: [id] })
  const end = await untilEnds(house, id)
  assert.deepEqual([end.status, end.signal], ['killed', 'SIGKILL'])
  assert.match(end.reason ?? '', /killed with SIGTERM; it ended with signal SIGKILL/)
  assert.equal(isRunning({ pid: job.pid ?? 0 }), false)
  const again = await callDaemon('kill', { ids: [id] }, { socket: house.paths.socket })
  assert.equal(again.kind, 'ok', 'already as asked')
})

test('J6: a timeout ends it, and is told apart from a kill', async (t) => {
  const { house } = await startDaemon(t)
  const id = await submit(house, 'exec sleep 300', { timeout: '300ms' })
  const { status, signal, reason } = await untilEnds(house, id)
  assert.deepEqual([status, signal], ['timed_out', 'SIGTERM'])
  assert.match(reason ?? '', /ran longer than its limit of 0\.3 s/)
})

test('J2: a job whose waiter was killed is lost, and nothing of it stays', async (t) => {
  const { house } = await startDaemon(t)
  const id = await submit(house, 'sleep 300')
  const { pid } = await untilJob(house, id, (job) => job.pid !== null, 'to run')
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const waiter = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  process.kill(waiter, 'SIGKILL')
  const end = await untilEnds(house, id)
  assert.deepEqual([end.status, end.exit_code, end.signal], ['lost', null, null])
  assert.equal(isRunning({ pid: pid ?? 0 }), false)
})

test('J12: CPU time and peak memory are known of what ended and of what runs', async (t) => {
  const { house } = await startDaemon(t)
  const burn = `perl -e '$x = "a" x 3e7; for (1 .. 3e6) { $y += $_ }'`
  const done = await untilEnds(house, await submit(house, burn))
  assert.ok(
    (done.cpu_seconds ?? 0) > 0.02 && (done.peak_memory_bytes ?? 0) > 3e7,
    JSON.stringify(done),
  )
  const id = await submit(house, `${burn}; sleep 300`)
  await untilJob(
    house,
    id,
    ({ cpu_seconds, measured_by }) => (cpu_seconds ?? 0) > 0.02 && measured_by !== null,
    'to be measured',
  )
  await askHouse(house, 'kill', { ids: [id] })
  await untilEnds(house, id)
})
