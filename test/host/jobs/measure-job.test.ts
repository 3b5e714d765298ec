import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { ExitRecord, RunEnded } from '../../../src/formats/exit-record.ts'
import { findCgroups, readCgroup } from '../../../src/host/jobs/cgroup.ts'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { measureEnded, measureRunning } from '../../../src/host/jobs/measure-job.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing, outputOf, type Started } from './job-rig.ts'

const MIB = 1024 * 1024
const HOG = `$| = 1; my $x = "x" x (60 << 20); for (1 .. 3_000_000) { $y += $_ } print "ready\\n"; sleep 1 until -e $ARGV[0]`

for (const kind of ['perl', 'plain', 'dash'] as const) {
  test(
    `J12: ${kind}: a running job with its children, an ended one, and by what they were measured`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const started = await rig.start(['sh', '-c', `perl -e '${HOG}' ${rig.home}/go; exit 0`])
      await untilReady(started)
      const { began } = lookAtRun(started.paths).record
      assert.ok(began)
      const running = measureRunning(began)
      assert.equal(running.measuredBy, 'sampled')
      assert.ok(running.processes >= 2, `${running.processes} processes`)
      assert.ok((running.memoryBytes ?? 0) > 60 * MIB && (running.memoryBytes ?? 0) < 300 * MIB)
      assert.ok((running.peakMemoryBytes ?? 0) >= (running.memoryBytes ?? 0))
      assert.ok((running.cpuSeconds ?? 0) > 0.02 && (running.cpuSeconds ?? 0) < 20)
      writeFileSync(`${rig.home}/go`, '')
      const { record } = await started.over
      const ended = measureEnded(endOf(record), began, running.peakMemoryBytes)
      assert.equal(ended.measuredBy, 'sampled')
      assert.ok((ended.cpuSeconds ?? 0) >= (running.cpuSeconds ?? 0) * 0.9)
      assert.ok((ended.peakMemoryBytes ?? 0) >= (running.peakMemoryBytes ?? 0))
    },
  )
}

test(
  'J12: the waiter alone knows the peak of a job that nobody looked at',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { record } = await rig.run(['perl', '-e', 'my $x = "x" x (50 << 20)'])
    const figures = measureEnded(endOf(record), record.began, null)
    assert.equal(figures.measuredBy, 'shell')
    assert.ok((figures.peakMemoryBytes ?? 0) > 50 * MIB)
  },
)

test(
  'J12: a peak that says nothing about the command is not given as one',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { record } = await rig.run(['true'])
    const end = { ...endOf(record), maxRssKb: record.began?.floorKb ?? 0 }
    assert.equal(measureEnded(end, record.began, null).peakMemoryBytes, null)
    assert.equal(measureEnded(end, record.began, 5 * MIB).peakMemoryBytes, 5 * MIB)
  },
)

test('J12: a control group counts what already ended too', { skip: missing('perl') }, async (t) => {
  const rig = await makeRig(t)
  const cgroup = findCgroups(rig.launcher.pid, false)?.folderFor(1, 1)
  if (cgroup === undefined) return t.skip('skipped: needs a control group to write to')
  const started = await rig.start(['sh', '-c', `perl -e '${HOG}' ${rig.home}/go`], { cgroup })
  await untilReady(started)
  assert.ok((readCgroup(cgroup).cpuMs ?? 0) > 20)
  writeFileSync(`${rig.home}/go`, '')
  const { record } = await started.over
  assert.equal(record.began?.cgroup, cgroup)
  const figures = measureEnded(endOf(record), record.began, null)
  assert.equal(figures.measuredBy, 'cgroup')
  assert.ok((figures.cpuSeconds ?? 0) > 0.02)
  await waitFor(() => readCgroup(cgroup).cpuMs === null, { what: 'the group to be removed' })
})

async function untilReady(started: Started): Promise<void> {
  await waitFor(() => outputOf(started.paths).includes('ready'), { what: 'the job to be ready' })
}

function endOf({ end }: ExitRecord): RunEnded {
  assert.ok(end?.kind === 'ended')
  return end
}
