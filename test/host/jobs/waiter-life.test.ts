import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type JobVerdict, judgeEnding } from '../../../src/domain/job-ending.ts'
import type { RunBegan } from '../../../src/formats/exit-record.ts'
import { lookAtRun, type RunLook } from '../../../src/host/jobs/look-at-run.ts'
import { type RunPaths, runPaths } from '../../../src/host/jobs/run-paths.ts'
import { waiterLives, watchWaiter } from '../../../src/host/jobs/waiter-life.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing, outputOf, whenOver } from './job-rig.ts'

for (const kind of ['perl', 'plain', 'dash', 'bash', 'busybox'] as const) {
  test(
    `J2: ${kind}: a waiter that was killed leaves no end behind: lost`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await rig.start(['sleep', '60'], { logCapBytes: 1_000_000 })
      const record = await waitFor(() => begun(started.paths), { what: 'the job to begin' })
      process.kill(record?.waiter.pid ?? 0, 'SIGKILL')
      const look = await started.over
      assert.equal(look.written, null)
      const verdict = judge(look)
      assert.equal(verdict.kind === 'ended' && verdict.status, 'lost')
    },
  )
}

test(
  'J1: the end is told to everybody who watches, whenever they began, and once',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const started = await rig.start([
      'sh',
      '-c',
      `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done`,
    ])
    const told: string[] = []
    const unwanted = watchWaiter(started.paths, () => told.push('unwanted'))
    const both = Promise.all([whenOver(started.paths), whenOver(started.paths)])
    unwanted.close()
    assert.equal(waiterLives(started.paths), true)
    writeFileSync(`${rig.home}/go`, '')
    await both
    watchWaiter(started.paths, () => told.push('late'))
    assert.deepEqual(told, [], 'never at once')
    await waitFor(() => told.length > 0, { what: 'the late one to be told' })
    assert.deepEqual(told, ['late'])
    assert.equal(waiterLives(started.paths), false)
  },
)

test('J10: where the FIFO is missing, or something else, there is no waiter', async (t) => {
  const paths = runPaths(tempDir(t), 1)
  assert.equal(waiterLives(paths), false)
  await whenOver(paths)
  mkdirSync(paths.run)
  writeFileSync(paths.alive, '')
  assert.equal(waiterLives(paths), false)
  await whenOver(paths)
  writeFileSync(paths.alive, 'content')
  assert.equal(waiterLives(paths), false)
  rmSync(paths.alive)
  symlinkSync('/dev/zero', paths.alive)
  assert.equal(waiterLives(paths), false)
  rmSync(paths.alive)
  mkdirSync(paths.alive)
  assert.equal(waiterLives(paths), false)
  await whenOver(paths)
  rmSync(paths.run, { recursive: true })
})

test(
  'J6: what a job leaves running does not delay its end, and its output is still capped',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const script = `(while [ ! -e ${rig.home}/go ]; do head -c 100000 /dev/zero; sleep 0.01; done; echo; echo over) & exit 3`
    const started = await rig.start(['sh', '-c', script], { logCapBytes: 400_000 })
    assert.deepEqual((await started.over).written, { kind: 'exited', code: 3 })
    const { began } = lookAtRun(started.paths).record
    assert.equal(alive(began?.waiter.pid), true, 'its waiter stays for it')
    await waitFor(() => lookAtRun(started.paths).record.cut !== null, {
      what: 'its output to be cut',
    })
    writeFileSync(`${rig.home}/go`, '')
    await waitFor(() => !alive(began?.waiter.pid), { what: 'the waiter to leave' })
    assert.match(outputOf(started.paths), /over\n$/)
  },
)

test(
  'J2: a waiter says nothing when the command already told why it could not start',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { written, record } = await rig.run(['/nonexistent'])
    assert.equal(written?.kind, 'unstartable')
    assert.notEqual(record.began, null)
  },
)

function begun(paths: RunPaths): RunBegan | null {
  return lookAtRun(paths).record.began
}

function judge(look: RunLook): JobVerdict {
  return judgeEnding({
    written: look.written,
    fence: look.fence,
    began: look.record.began !== null,
    waiter: look.waiter,
    otherBoot: false,
    intent: null,
    signalSent: false,
    oomKills: null,
    command: 'x',
  })
}

function alive(pid = 0): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
