import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { callDaemon } from '../../src/client/call.ts'
import { PROTOCOL } from '../../src/contract/protocol.ts'
import { given } from '../../src/domain/given.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { untilEnded } from '../support/daemon-jobs.ts'
import { makeHouse } from '../support/house.ts'
import { otherVersion } from '../support/other-version.ts'
import { rounds } from '../support/rounds.ts'
import { submitSurely } from '../support/sure-submit.ts'
import { waitFor } from '../support/wait-for.ts'

const JOBS = 100
const ROUNDS = rounds(10)
const ENV = { CURFEW_JOBS_KILL_GRACE: '300ms' }

interface Kind {
  readonly line: string
  readonly end: readonly [status: string, exitCode: number | null, signal: string | null]
  /** It does not end by itself in time: it is to be killed. */
  readonly isLong?: true
}

const KINDS: readonly Kind[] = [
  { line: 'exit 0', end: ['succeeded', 0, null] },
  { line: 'sleep 0.2; exit 0', end: ['succeeded', 0, null] },
  { line: 'sleep 0.1; exit 7', end: ['failed', 7, null] },
  { line: 'sleep 0.3; exit 137', end: ['failed', 137, null] },
  { line: 'exit 200', end: ['failed', 200, null] },
  { line: 'sleep 0.4; exit 255', end: ['failed', 255, null] },
  { line: 'sleep 0.2; kill -KILL $$', end: ['signalled', null, 'SIGKILL'] },
  { line: 'sleep 0.1; kill -SEGV $$', end: ['signalled', null, 'SIGSEGV'] },
  {
    line: "trap '' TERM; touch deaf-$CURFEW_JOB; while :; do sleep 900; done",
    end: ['killed', null, 'SIGKILL'],
    isLong: true,
  },
  { line: 'exec sleep 900', end: ['killed', null, 'SIGTERM'], isLong: true },
]

interface Way {
  readonly end: (daemon: TestDaemon) => Promise<unknown>
  /** How the next daemon is run, where it is another build. */
  readonly next: (t: TestContext) => readonly string[] | undefined
}

const WAYS: Record<string, Way> = {
  'killed with -9': { end: (daemon) => daemon.kill(), next: () => undefined },
  'asked to leave for a newer build': {
    end: (daemon) => daemon.stop(),
    next: (t) => otherVersion(t, { protocol: PROTOCOL, version: '99.0.0' }),
  },
}

for (const [name, { end, next }] of Object.entries(WAYS)) {
  test(`J1, J2: ${JOBS} jobs of mixed ends, the daemon ${name} at some moment, ${ROUNDS} rounds: every outcome is true`, async (t) => {
    const entry = next(t)
    let truths = 0
    for (let round = 0; round < ROUNDS; round += 1) truths += await playRound(t, end, entry)
    t.diagnostic(`${truths} of ${JOBS * ROUNDS} outcomes were true`)
    assert.equal(truths, JOBS * ROUNDS)
  })
}

/** The moment is that of a request: of one of those that submit, or of those that look on afterwards. */
async function playRound(
  t: TestContext,
  end: Way['end'],
  entry: readonly string[] | undefined,
): Promise<number> {
  const house = makeHouse(t)
  const daemon = await startDaemon(t, { house, env: ENV })
  const moment = Math.floor(Math.random() * JOBS * 1.5)
  let asked = 0
  let next: Promise<TestDaemon> | undefined
  const count = (): void => {
    if (asked === moment)
      next = end(daemon).then(() => startDaemon(t, { house, env: ENV, ...given({ entry }) }))
    asked += 1
  }
  const ids: number[] = []
  for (let at = 0; at < JOBS; at += 1) {
    count()
    ids.push(await submitSurely(house, kindAt(at).line, `job ${at}`))
  }
  while (next === undefined) {
    count()
    await callDaemon('jobs', {}, { socket: house.paths.socket })
  }
  const last = await next
  assert.equal(new Set(ids).size, JOBS)
  const long = ids.filter((_, at) => kindAt(at).isLong)
  const deaf = ids.filter((_, at) => kindAt(at).line.startsWith('trap'))
  await waitFor(() => deaf.every((id) => existsSync(join(house.folder, `deaf-${id}`))), {
    what: 'the deaf to be deaf',
  })
  await untilRunning(ids.length, long)
  await askHouse(house, 'kill', { ids: long })
  const jobs = await untilEnded(house, ids, 120_000)
  await last.stop()
  return jobs.filter(({ id, status, exit_code, signal }, at) => {
    const { end: wanted, line } = kindAt(at)
    const isTrue = JSON.stringify([status, exit_code, signal]) === JSON.stringify(wanted)
    if (!isTrue) t.diagnostic(`${id} ${line}: ${status} ${exit_code} ${signal}`)
    return isTrue
  }).length

  async function untilRunning(all: number, wanted: readonly number[]): Promise<void> {
    await waitFor(
      async () => {
        const now = await askHouse(house, 'jobs', { limit: all })
        return wanted.every((id) => now.some((job) => job.id === id && job.pid !== null))
      },
      { what: 'what is long to run', everyMs: 50 },
    )
  }
}

function kindAt(at: number): Kind {
  const kind = KINDS[at % KINDS.length]
  if (kind === undefined) throw new Error('there is no such kind')
  return kind
}

test('J8: slots are never exceeded, by the word of the jobs themselves, over two kills of the daemon', async (t) => {
  const house = makeHouse(t)
  let daemon = await startDaemon(t, { house })
  const log = join(house.folder, 'log')
  await daemon.ask('group_set', { name: 'three', slots: 3 })
  const line = `echo + >> ${log}; sleep 0.0$((RANDOM % 9)); echo - >> ${log}`
  const ids: number[] = []
  for (let at = 0; at < 200; at += 1) {
    ids.push(await submitSurely(house, line, `job ${at}`, { group: 'three' }))
    if (at !== 60 && at !== 130) continue
    await daemon.kill()
    daemon = await startDaemon(t, { house })
  }
  const jobs = await untilEnded(house, ids, 120_000)
  assert.deepEqual([...new Set(jobs.map(({ status }) => status))], ['succeeded'])
  const steps = readFileSync(log, 'utf8').trim().split('\n')
  assert.equal(steps.length, 400, 'each ran once')
  let now = 0
  let most = 0
  for (const step of steps) {
    now += step === '+' ? 1 : -1
    most = Math.max(most, now)
  }
  t.diagnostic(`at most ${most} at once`)
  assert.ok(most <= 3, `${most} ran at once`)
})

test('J4: eight processes submit fifty jobs each at once: four hundred jobs, four hundred ids', async (t) => {
  const daemon = await startDaemon(t)
  const { house } = daemon
  const { startCommand } = await import('../support/program.ts')
  const program = join(import.meta.dirname, '../programs/submit-jobs.ts')
  const socket = house.paths.socket
  const writers = Array.from({ length: 8 }, () =>
    startCommand(t, process.execPath, [program, socket, '50'], {
      env: house.env,
      cwd: house.folder,
    }),
  )
  const ends = await Promise.all(writers.map(({ ended }) => ended))
  assert.deepEqual(
    ends.map(({ code }) => code),
    Array.from({ length: 8 }, () => 0),
    writers.map((each) => each.stderr()).join(),
  )
  const ids = writers.flatMap((each) => each.stdout().trim().split('\n').map(Number))
  assert.equal(new Set(ids).size, 400)
  const jobs = await untilEnded(house, ids.slice(0, 400), 120_000)
  assert.ok(jobs.every(({ status }) => status === 'succeeded'))
})
