import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import type { RunBegan } from '../../../src/formats/exit-record.ts'
import { type EndReport, endJob } from '../../../src/host/jobs/end-job.ts'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { lookAt } from '../../../src/host/identity.ts'
import { onEnd } from '../../support/cleaning.ts'
import { programPath, startCommand } from '../../support/program.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing, outputOf, type Rig, type Started } from './job-rig.ts'

const asRoot = process.getuid?.() === 0
const needsRoot =
  asRoot && process.platform === 'linux' ? missing('perl') : 'skipped: needs root on Linux'

for (const kind of ['perl', 'plain', 'dash', 'busybox'] as const) {
  test(
    `J6: ${kind}: TERM first, and a job that uses its grace well ends as it likes`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await running(
        rig,
        `trap 'echo bye; exit 6' TERM; echo ready; while :; do sleep 0.02; done`,
      )
      const report = await end(rig, started, { graceMs: 10_000 })
      assert.deepEqual(report.remaining, [])
      const look = await started.over
      assert.deepEqual(look.written, { kind: 'exited', code: 6 })
      assert.match(outputOf(started.paths), /^ready\n(?:Terminated\n)?bye\n$/)
    },
  )

  test(
    `J6: ${kind}: the signal that was asked for is the one that comes`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await running(rig, 'echo ready; exec sleep 60')
      await end(rig, started, { signal: 'SIGINT', graceMs: 10_000 })
      assert.deepEqual((await started.over).written, { kind: 'signalled', signal: 'SIGINT' })
    },
  )

  test(
    `J6: ${kind}: who does not leave within the grace is killed, by no other than SIGKILL`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await running(rig, `trap '' TERM; echo ready; while :; do sleep 0.02; done`)
      const report = await end(rig, started, { graceMs: 100 })
      assert.deepEqual(report.remaining, [])
      assert.deepEqual((await started.over).written, { kind: 'signalled', signal: 'SIGKILL' })
    },
  )

  test(`J6: ${kind}: a job that was stopped can be ended`, { skip: missing(kind) }, async (t) => {
    const rig = await makeRig(t, kind)
    const started = await running(rig, 'echo ready; kill -STOP $$; exit 0')
    const pid = beginning(started).job.pid
    await waitFor(() => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') T '), {
      what: 'the job to stop',
    })
    await end(rig, started, { graceMs: 10_000 })
    assert.deepEqual((await started.over).written, { kind: 'signalled', signal: 'SIGTERM' })
  })

  test(
    `J6: ${kind}: a job whose waiter was killed is ended all the same`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await running(rig, '(setsid sleep 60 & ); echo ready; sleep 60')
      const began = beginning(started)
      process.kill(began.waiter.pid, 'SIGKILL')
      await started.over
      assert.equal(lookAt(began.job.pid).state, 'alive')
      const report = await end(rig, started, { graceMs: 1_000 })
      assert.deepEqual(report, { reach: 'scan', remaining: [] })
      assert.equal(lookAt(began.job.pid).state, 'gone')
    },
  )
}

test(
  'J6: a waiter that is killed over ending its job leaves the work to us',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const script = `(trap '' TERM; setsid sleep 60 &); trap '' TERM; echo ready; while :; do sleep 0.02; done`
    const started = await running(rig, script)
    const began = beginning(started)
    const ending = end(rig, started, { graceMs: 300 })
    process.kill(began.waiter.pid, 'SIGKILL')
    assert.deepEqual(await ending, { reach: 'scan', remaining: [] })
    assert.equal(lookAt(began.job.pid).state, 'gone')
    assert.equal((await started.over).written, null)
  },
)

test('J6: ending what has ended by itself touches nobody', { skip: missing('perl') }, async (t) => {
  const rig = await makeRig(t)
  const started = await rig.start(['sh', '-c', 'exit 2'])
  await started.over
  const report = await end(rig, started, { graceMs: 1_000 })
  assert.deepEqual(report.remaining, [])
  assert.deepEqual(lookAtRun(started.paths).written, { kind: 'exited', code: 2 })
})

test(
  'J6: what a job left running when it ended can still be ended, escaped or not',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const script = `(setsid env -i /usr/bin/perl -e 'sleep 60' >/dev/null 2>&1 & echo $! > ${rig.home}/pid); exit 0`
    const started = await rig.start(['sh', '-c', script])
    await started.over
    const pid = Number(readFileSync(`${rig.home}/pid`, 'utf8'))
    await waitFor(() => lookAt(pid).state === 'alive', { what: 'what is left to run' })
    const report = await end(rig, started, { graceMs: 0 })
    assert.deepEqual(report, { reach: 'subreaper', remaining: [] })
    assert.equal(lookAt(pid).state, 'gone')
  },
)

test(
  'J6: our own processes inside the tree of a job are spared, with all that is theirs',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const daemon = `setsid env -i PATH="$PATH" sh -c 'sleep 61 & echo $$ $! > ${rig.home}/pids; wait' >/dev/null 2>&1`
    const started = await running(
      rig,
      `(${daemon} &); while [ ! -s ${rig.home}/pids ]; do sleep 0.01; done; echo ready; sleep 60`,
    )
    const [spared = 0, below = 0] = readFileSync(`${rig.home}/pids`, 'utf8').split(' ').map(Number)
    const began = beginning(started)
    const report = await endJob({
      ...about(rig, started, began),
      signal: 'SIGTERM',
      graceMs: 1_000,
      spare: [spared],
    })
    await started.over
    assert.deepEqual(report.remaining, [])
    assert.deepEqual(
      [spared, below, began.job.pid].map((pid) => lookAt(pid).state),
      ['alive', 'alive', 'gone'],
    )
    for (const pid of [spared, below]) process.kill(pid, 'SIGKILL')
  },
)

test(
  'J6: a waiter that is stopped does not keep the job from being ended',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const started = await running(rig, 'echo ready; sleep 60')
    const began = beginning(started)
    process.kill(began.waiter.pid, 'SIGSTOP')
    const report = await end(rig, started, { graceMs: 50, killMs: 3_000 })
    assert.deepEqual(report.remaining, [])
    await started.over
    assert.equal(lookAt(began.job.pid).state, 'gone')
  },
)

test(
  'J6: a stranger who got the number of the job, its group or its waiter is left alone',
  { skip: needsRoot },
  async (t) => {
    const rig = await makeRig(t)
    const started = await rig.start(['sh', '-c', 'exit 0'])
    await started.over
    const began = beginning(started)
    await waitFor(
      () => [began.job.pid, began.waiter.pid].every((pid) => lookAt(pid).state === 'gone'),
      { what: 'all to be gone' },
    )
    const numbers = [began.job.pid, began.waiter.pid]
    const had = (await Promise.all(numbers.map((pid) => strangerAs(t, pid)))).flatMap(
      (pid) => pid ?? [],
    )
    if (had.length === 0) return t.skip('skipped: the numbers could not be had again')
    await end(rig, started, { graceMs: 50, killMs: 500 })
    const lost = { ...began, reach: 'scan' as const }
    await endJob({ ...about(rig, started, lost), signal: 'SIGTERM', graceMs: 50, killMs: 500 })
    assert.deepEqual(
      had.map((pid) => lookAt(pid).state),
      had.map(() => 'alive'),
    )
  },
)

async function running(rig: Rig, script: string): Promise<Started> {
  const started = await rig.start(['sh', '-c', script])
  await waitFor(() => outputOf(started.paths).includes('ready'), { what: 'the job to be ready' })
  return started
}

function beginning({ paths }: Started): RunBegan {
  const { began } = lookAtRun(paths).record
  assert.ok(began)
  return began
}

function about(rig: Rig, { paths, id }: Started, began: RunBegan) {
  return { paths, began, home: rig.home, job: id }
}

function end(
  rig: Rig,
  started: Started,
  how: { signal?: NodeJS.Signals; graceMs: number; killMs?: number },
): Promise<EndReport> {
  return endJob({ ...about(rig, started, beginning(started)), signal: 'SIGTERM', ...how })
}

/** Has the kernel give that number to somebody else, who leads a group of the same number. */
async function strangerAs(t: TestContext, pid: number): Promise<number | undefined> {
  const program = startCommand(t, 'sh', [programPath('job-stranger.sh'), String(pid)])
  const had = await Promise.race([program.line('had'), program.ended])
  if (had !== 'had') return undefined
  onEnd(t, async () => {
    program.child.stdin.end()
    await program.ended
  })
  return pid
}
