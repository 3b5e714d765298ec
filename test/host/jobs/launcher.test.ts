import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { createJobFolder } from '../../../src/host/jobs/job-folder.ts'
import { launchJob } from '../../../src/host/jobs/launch-job.ts'
import type { LaunchOrder } from '../../../src/host/jobs/launcher.ts'
import { findPerl, keepLauncher } from '../../../src/host/jobs/open-launcher.ts'
import { openShellLauncher } from '../../../src/host/jobs/shell-launcher.ts'
import { readFence } from '../../../src/host/jobs/start-fence.ts'
import { openPerlLauncher } from '../../../src/host/jobs/perl-launcher.ts'
import { waiterLives } from '../../../src/host/jobs/waiter-life.ts'
import { lookAt } from '../../../src/host/identity.ts'
import { onEnd } from '../../support/cleaning.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { waitFor } from '../../support/wait-for.ts'
import {
  endAllThatKnow,
  makeRig,
  missing,
  outputOf,
  PERL,
  processesWith,
  whenOver,
} from './job-rig.ts'

const needsPerl = missing('perl')

for (const kind of ['perl', 'plain', 'dash'] as const) {
  test(
    `J3: ${kind}: a second launch of the same job is turned away and disturbs nothing`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const script = `echo run >> ${rig.home}/runs; while [ ! -e ${rig.home}/go ]; do sleep 0.01; done; exit 5`
      const first = await rig.start(['sh', '-c', script])
      assert.deepEqual(first.outcome, { kind: 'launched' })
      const again = await launchJob(
        { get: async () => rig.launcher },
        orderFor(first.paths, ['sh', '-c', script]),
      )
      assert.deepEqual(again, { kind: 'taken' })
      assert.equal(waiterLives(first.paths), true)
      writeFileSync(`${rig.home}/go`, '')
      assert.deepEqual((await first.over).written, { kind: 'exited', code: 5 })
      const late = await launchJob(
        { get: async () => rig.launcher },
        orderFor(first.paths, ['true']),
      )
      assert.deepEqual(late, { kind: 'taken' })
      assert.equal(readFileSync(`${rig.home}/runs`, 'utf8'), 'run\n')
    },
  )

  test(
    `J1: ${kind}: jobs outlive what launched them, and their end is known to whoever looks later`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await rig.start([
        'sh',
        '-c',
        `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done; exit 9`,
      ])
      rig.launcher.close()
      if (rig.launcher.pid > 0) {
        process.kill(rig.launcher.pid, 'SIGKILL')
        await waitFor(() => lookAt(rig.launcher.pid).state === 'gone', {
          what: 'the launcher to die',
        })
      }
      assert.equal(waiterLives(started.paths), true)
      const adopted = whenOver(started.paths)
      writeFileSync(`${rig.home}/go`, '')
      assert.deepEqual((await adopted).written, { kind: 'exited', code: 9 })
      assert.deepEqual((await whenOver(started.paths)).written, { kind: 'exited', code: 9 })
    },
  )
}

test(
  'J1: a launcher that is killed is replaced, also with launches on their way',
  { skip: needsPerl },
  async (t) => {
    const home = tempDir(t)
    const jobs = `${home}/jobs`
    const source = keepLauncher({ home, jobs, searchPath: undefined })
    onEnd(t, () => endAllThatKnow(home))
    onEnd(t, () => source.close())
    const keepAlive = setInterval(() => undefined, 60_000)
    onEnd(t, () => clearInterval(keepAlive))
    const ids = Array.from({ length: 40 }, (_, at) => at + 1)
    const runs = ids.map(async (id) => {
      const paths = createJobFolder(jobs, id, { spec: {}, environment: { PATH: process.env.PATH } })
      const outcome = await launchJob(source, orderFor(paths, ['sh', '-c', `echo x; exit ${id}`]))
      assert.notEqual(outcome.kind, 'refused')
      if (id % 10 === 0) process.kill((await source.get()).pid, 'SIGKILL')
      return { paths, look: await whenOver(paths) }
    })
    for (const [at, { paths, look }] of (await Promise.all(runs)).entries()) {
      assert.deepEqual(look.written, { kind: 'exited', code: at + 1 })
      assert.equal(outputOf(paths), 'x\n', 'it ran once')
    }
  },
)

test(
  'J3: a launcher that does not answer is killed, its job can never run by it, and a waiter that has one is spared',
  { skip: needsPerl },
  async (t) => {
    const home = tempDir(t)
    const jobs = `${home}/jobs`
    const source = keepLauncher({ home, jobs, searchPath: undefined })
    onEnd(t, () => endAllThatKnow(home))
    onEnd(t, () => source.close())
    const [silent, taken, next] = [1, 2, 3].map((id) =>
      createJobFolder(jobs, id, { spec: {}, environment: { PATH: process.env.PATH } }),
    )
    assert.ok(silent !== undefined && taken !== undefined && next !== undefined)
    const { pid } = await source.get()
    process.kill(pid, 'SIGSTOP')
    writeFileSync(taken.started, '')
    assert.deepEqual(await launchJob(source, orderFor(taken, ['false']), 50), { kind: 'taken' })
    assert.equal(lookAt(pid).state, 'alive')
    assert.deepEqual(await launchJob(source, orderFor(silent, ['echo', 'x']), 50), {
      kind: 'refused',
      step: 'launcher',
      errno: 'the launcher did not answer for 0.05 s',
    })
    assert.equal(readFence(silent), 'cancelled')
    assert.deepEqual(await launchJob(source, orderFor(next, ['echo', 'y'])), { kind: 'launched' })
    await whenOver(next)
    assert.deepEqual([outputOf(silent), outputOf(next)], ['', 'y\n'])
    await waitFor(() => lookAt(pid).state === 'gone', { what: 'the silent launcher to be gone' })
  },
)

test('J3: so is a shell that does not become a waiter', async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/shell`, '#!/bin/sh\nkill -STOP $$\n')
  chmodSync(`${home}/shell`, 0o755)
  onEnd(t, () => endAllThatKnow(home))
  const paths = createJobFolder(`${home}/jobs`, 1, { spec: {}, environment: {} })
  const source = { get: async () => openShellLauncher(`${home}/shell`) }
  assert.equal((await launchJob(source, orderFor(paths, ['true']), 100)).kind, 'refused')
  assert.equal(readFence(paths), 'cancelled')
  await waitFor(() => processesWith(home).length === 0, { what: 'the shell to be gone' })
})

test('an idle launcher goes, and comes back when it is needed', { skip: needsPerl }, async (t) => {
  const home = tempDir(t)
  const source = keepLauncher({ home, jobs: `${home}/jobs`, searchPath: undefined, idleMs: 20 })
  onEnd(t, () => endAllThatKnow(home))
  onEnd(t, () => source.close())
  const first = await source.get()
  await waitFor(() => lookAt(first.pid).state === 'gone', { what: 'the idle launcher to leave' })
  const second = await source.get()
  assert.notEqual(second.pid, first.pid)
  const [third, fourth] = await Promise.all([source.get(), source.get()])
  assert.equal(third, fourth)
})

test('a launcher that cannot start says why in one line', { skip: needsPerl }, async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/perl`, '#!/bin/sh\necho "Perl is broken" >&2; exit 3\n')
  chmodSync(`${home}/perl`, 0o755)
  const opening = openPerlLauncher({ perl: `${home}/perl`, home, jobs: home })
  await assert.rejects(
    opening,
    /^ProblemError: starting the launcher of jobs: it ended with 3 Perl is broken$/,
  )
  const nowhere = openPerlLauncher({ perl: `${home}/none`, home, jobs: home })
  await assert.rejects(nowhere, /starting the launcher of jobs: .*ENOENT/)
})

test('perl is found in its usual place, else where commands are searched', (t) => {
  const home = tempDir(t)
  mkdirSync(`${home}/bin`)
  symlinkSync('/bin/true', `${home}/bin/perl`)
  const found = findPerl(`relative:${home}/bin`)
  assert.equal(found, needsPerl === false ? PERL : `${home}/bin/perl`)
})

test(
  'J6: waiter and launcher stand outside the job, in sessions of their own',
  { skip: needsPerl },
  async (t) => {
    const rig = await makeRig(t)
    const started = await rig.start([
      'sh',
      '-c',
      `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done`,
    ])
    const pids = [rig.launcher.pid, await waiterPid(started.paths.exit)]
    const sessions = pids.map(
      (pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[3],
    )
    assert.deepEqual(sessions, pids.map(String))
    writeFileSync(`${rig.home}/go`, '')
    await started.over
  },
)

test(
  'J6: signals that are meant for everybody do not reach the witness',
  { skip: needsPerl },
  async (t) => {
    const rig = await makeRig(t)
    const started = await rig.start([
      'sh',
      '-c',
      `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done; exit 4`,
    ])
    const waiter = await waiterPid(started.paths.exit)
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGTSTP'] as const)
      process.kill(waiter, signal)
    writeFileSync(`${rig.home}/go`, '')
    assert.deepEqual((await started.over).written, { kind: 'exited', code: 4 })
  },
)

test(
  'J5: the arguments of our own processes carry nothing of the job',
  { skip: needsPerl },
  async (t) => {
    const rig = await makeRig(t)
    const environment = { PATH: process.env.PATH, SECRET: 'canary-in-a-coal-mine' }
    const started = await rig.start(
      ['sh', '-c', `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done`],
      { environment },
    )
    for (const pid of [rig.launcher.pid, await waiterPid(started.paths.exit)]) {
      const known = ['cmdline', 'environ']
        .map((part) => readFileSync(`/proc/${pid}/${part}`, 'latin1'))
        .join()
      assert.ok(known.includes(rig.jobs) && !known.includes('canary'), known)
    }
    writeFileSync(`${rig.home}/go`, '')
    await started.over
    rmSync(started.paths.job, { recursive: true })
  },
)

function orderFor(paths: LaunchOrder['paths'], argv: readonly string[]): LaunchOrder {
  return { paths, argv, cwd: '/', umask: 0o22, logCapBytes: 0 }
}

async function waiterPid(record: string): Promise<number> {
  const found = await waitFor(() => /waiter=(\d+)/.exec(readFileSync(record, 'latin1')), {
    what: 'a waiter',
  })
  return Number(found?.[1])
}
