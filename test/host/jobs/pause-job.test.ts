import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import type { RunBegan } from '../../../src/formats/exit-record.ts'
import { findCgroups } from '../../../src/host/jobs/cgroup.ts'
import { endJob } from '../../../src/host/jobs/end-job.ts'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { pauseJob, resumeJob } from '../../../src/host/jobs/pause-job.ts'
import { lookAtProcesses } from '../../../src/host/jobs/process-table.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing, type Rig, type Started } from './job-rig.ts'

/** Two that write: the job itself, and one that has left its session. */
const TICK = 'while :; do echo .; sleep 0.01; done'
const SCRIPT = `(setsid sh -c '${TICK}' &); ${TICK}`

for (const kind of ['perl', 'cgroup', 'plain', 'dash'] as const) {
  const launcher = kind === 'cgroup' ? 'perl' : kind
  test(
    `J8: ${kind}: a paused job stands still as a whole, and goes on`,
    { skip: missing(launcher) },
    async (t) => {
      const rig = await makeRig(t, launcher)
      const cgroups = kind === 'cgroup' ? findCgroups(rig.launcher.pid, false) : undefined
      if (kind === 'cgroup' && cgroups === undefined)
        return t.skip('skipped: needs a control group to write to')
      const cgroup = cgroups?.folderFor(1, 1)
      const started = await rig.start(['sh', '-c', SCRIPT], cgroup === undefined ? {} : { cgroup })
      await untilItGrows(started)
      const request = about(rig, started)
      assert.equal(await pauseJob(request), true)
      const size = statSync(started.paths.log).size
      const looks = Array.from({ length: 20 }, (_, at) => at)
      for (const look of looks) {
        assert.equal(await sizeAfter(started, 10), size, `it wrote at look ${look}`)
      }
      assert.equal(lookAtRun(started.paths).waiter, 'alive')
      resumeJob(request, lookAtProcesses())
      await untilItGrows(started)
      assert.equal(await pauseJob(request), true)
      const report = await endJob({ ...request, signal: 'SIGTERM', graceMs: 5_000 })
      assert.deepEqual(report.remaining, [])
      assert.deepEqual((await started.over).written, { kind: 'signalled', signal: 'SIGTERM' })
    },
  )
}

async function untilItGrows({ paths }: Started): Promise<void> {
  await waitFor(() => statSync(paths.log, { throwIfNoEntry: false }), { what: 'a log' })
  const { size } = statSync(paths.log)
  await waitFor(() => statSync(paths.log).size > size + 10, { what: 'the job to write' })
}

async function sizeAfter({ paths }: Started, ms: number): Promise<number> {
  const began = performance.now()
  await waitFor(() => performance.now() - began > ms, { what: 'time to pass' })
  return statSync(paths.log).size
}

function about(
  rig: Rig,
  { paths, id }: Started,
): { paths: Started['paths']; began: RunBegan; home: string; job: number } {
  const { began } = lookAtRun(paths).record
  assert.ok(began)
  return { paths, began, home: rig.home, job: id }
}
