import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { isRunning } from '../../src/host/identity.ts'
import { waiterLives } from '../../src/host/jobs/waiter-life.ts'
import { runPaths } from '../../src/host/jobs/run-paths.ts'
import { runCurfew, startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { look, submit, untilEnded, untilEnds, untilJob } from '../support/daemon-jobs.ts'
import { startUnderClock, withFaketime } from '../support/faked-clock.ts'
import type { House } from '../support/house.ts'
import { waitFor } from '../support/wait-for.ts'

test('J1, J2: what ends while the daemon stands still is told as it was once it goes on', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const gate = join(house.folder, 'gate')
  const line = `until [ -e ${gate} ]; do sleep 0.02; done; exit $CURFEW_JOB`
  const ids = [await submit(house, line), await submit(house, line), await submit(house, line)]
  for (const id of ids) await untilRuns(house, id)
  process.kill(daemon.pid, 'SIGSTOP')
  writeFileSync(gate, '')
  await waitFor(() => ids.every((id) => !waiterLives(runPaths(house.paths.jobs, id))), {
    what: 'all waiters to be done',
  })
  process.kill(daemon.pid, 'SIGCONT')
  const codes = (await untilEnded(house, ids)).map(({ exit_code }) => exit_code)
  assert.deepEqual(codes, ids)
})

test('D3: what callers gave up while the daemon stood still is not done behind their backs, logs need no answer, and who waits is told', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const { socket } = house.paths
  const kept = await submit(house, 'echo written; until [ -e gate ]; do sleep 0.02; done')
  await untilRuns(house, kept)
  process.kill(daemon.pid, 'SIGSTOP')
  const waiting = startCurfew(t, house, ['wait', String(kept), '--timeout', '10ms'])
  const impatient = { socket, timeoutMs: 200 }
  const run = { command: ['true'], cwd: house.folder, env: {} }
  const answers = [
    await callDaemon('run', run, impatient),
    await callDaemon('kill', { ids: [kept] }, impatient),
    await callDaemon('stop', {}, impatient),
  ]
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['problem', 'problem', 'problem'],
  )
  const { code, stdout } = await runCurfew(house, ['logs', String(kept)])
  assert.deepEqual([code, stdout], [0, 'written\n'])
  const said = `curfew: the daemon (pid ${daemon.pid}) does not answer; still waiting\n`
  await waitFor(() => waiting.stderr().includes(said), { what: 'a word about the silence' })
  process.kill(daemon.pid, 'SIGCONT')
  assert.equal((await waiting.ended).code, 124)
  writeFileSync(join(house.folder, 'gate'), '')
  assert.equal((await untilEnds(house, kept)).status, 'succeeded')
  assert.deepEqual(
    (await askHouse(house, 'jobs', {})).map(({ id }) => id),
    [kept],
  )
})

test('J2, J10: the folder of all jobs is removed under a running one: that one is lost, and the next runs', async (t) => {
  const { house, status } = await startDaemon(t)
  const gate = join(house.folder, 'gate')
  const id = await submit(house, `until [ -e ${gate} ]; do sleep 0.02; done; exit 4`)
  await untilRuns(house, id)
  rmSync(house.paths.jobs, { recursive: true })
  assert.equal((await untilEnds(house, await submit(house, 'exit 6'))).exit_code, 6)
  writeFileSync(gate, '')
  const { status: end, exit_code, reason } = await untilEnds(house, id)
  assert.deepEqual([end, exit_code], ['lost', null])
  assert.match(reason ?? '', /folder was removed while it ran/)
  assert.deepEqual((await status()).warnings, [])
})

test('J8: a group that gets fewer slots than run ends none of them, and starts none until there is room', async (t) => {
  const { house } = await startDaemon(t)
  await askHouse(house, 'group_set', { name: 'few', slots: 5 })
  const gate = (at: number): string => join(house.folder, `gate-${at}`)
  const ids: number[] = []
  for (let at = 0; at < 6; at += 1) {
    const line = `until [ -e ${gate(at)} ]; do sleep 0.02; done`
    ids.push(await submit(house, line, { group: 'few' }))
  }
  const last = ids.pop() ?? 0
  for (const id of ids) await untilRuns(house, id)
  await askHouse(house, 'group_set', { name: 'few', slots: 1 })
  for (let at = 0; at < 4; at += 1) writeFileSync(gate(at), '')
  await untilEnded(house, ids.slice(0, 4))
  assert.equal((await look(house, last)).status, 'queued')
  assert.equal((await look(house, ids[4] ?? 0)).status, 'running')
  writeFileSync(gate(4), '')
  await untilRuns(house, last)
  writeFileSync(gate(5), '')
  assert.equal((await untilEnds(house, last)).status, 'succeeded')
})

test('J6: a grace that runs goes on under the next daemon, and what is deaf is killed at its end', async (t) => {
  const env = { CURFEW_JOBS_KILL_GRACE: '1500ms' }
  const first = await startDaemon(t, { env })
  const { house } = first
  const deaf = join(house.folder, 'deaf')
  const id = await submit(
    house,
    `trap 'echo >> ${deaf}-term' TERM; touch ${deaf}; while :; do sleep 0.05; done`,
  )
  const { pid } = await untilRuns(house, id)
  await waitFor(() => existsSync(deaf), { what: 'it to be deaf' })
  await askHouse(house, 'kill', { ids: [id] })
  await waitFor(() => existsSync(`${deaf}-term`), { what: 'it to be told' })
  await first.kill()
  assert.ok(isRunning({ pid: pid ?? 0 }))
  await startDaemon(t, { house, env })
  const end = await untilEnds(house, id)
  assert.deepEqual([end.status, end.signal], ['killed', 'SIGKILL'])
  assert.equal(isRunning({ pid: pid ?? 0 }), false)
})

test('J6: a limit that passes while no daemon runs is kept by the next one', async (t) => {
  const first = await startDaemon(t)
  const { house } = first
  const over = await submit(house, 'exec sleep 300', { timeout: '400ms' })
  const within = await submit(house, 'exec sleep 300', { timeout: '1h' })
  for (const id of [over, within]) await untilRuns(house, id)
  await first.kill()
  const began = performance.now()
  await waitFor(() => performance.now() - began > 500, { what: 'the limit to pass' })
  await startDaemon(t, { house })
  assert.equal((await untilEnds(house, over)).status, 'timed_out')
  assert.equal((await look(house, within)).status, 'running')
  await askHouse(house, 'kill', { ids: [within] })
  assert.equal((await untilEnds(house, within)).status, 'killed')
})

test(
  'J6, J8: the clock is set back and forward a day: delays are kept, and nothing times out',
  withFaketime,
  async (t) => {
    const { daemon, setClock } = await startUnderClock(t)
    const { house } = daemon
    const soon = await submit(house, 'exit 3', { delay: '1500ms' })
    const late = await submit(house, 'true', { delay: '1h' })
    const runs = await submit(house, 'exec sleep 300', { timeout: '1h' })
    await untilRuns(house, runs)
    setClock('-1d')
    const { id: back } = await daemon.event('clock_set')
    assert.equal((await untilEnds(house, soon)).exit_code, 3)
    setClock('+1d')
    await daemon.event('clock_set', back)
    assert.equal(
      (await untilEnds(house, await submit(house, 'true', { delay: '200ms' }))).status,
      'succeeded',
    )
    assert.equal((await look(house, late)).status, 'queued')
    assert.equal((await look(house, runs)).status, 'running')
    await askHouse(house, 'kill', { ids: [late, runs] })
    await untilEnded(house, [late, runs])
  },
)

function untilRuns(house: House, id: number) {
  return untilJob(house, id, ({ pid }) => pid !== null, 'to run')
}
