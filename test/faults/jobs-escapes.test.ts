import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import type { EndWritten } from '../../src/domain/job-ending.ts'
import { findCgroups } from '../../src/host/jobs/cgroup.ts'
import { type EndReport, endJob } from '../../src/host/jobs/end-job.ts'
import { lookAtRun } from '../../src/host/jobs/look-at-run.ts'
import {
  endAllThatKnow,
  type LauncherKind,
  makeRig,
  missing,
  outputOf,
  processesWith,
  type Rig,
} from '../host/jobs/job-rig.ts'
import { onEnd } from '../support/cleaning.ts'
import { programPath } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

type Mode = 'subreaper' | 'cgroup' | 'scan' | 'shell'

const ROUNDS = 5
const ESCAPES = [
  'child',
  'group',
  'session',
  'orphan',
  'daemon',
  'bare',
  'silent',
  'deaf',
  'deaf-bare',
  'stopped',
  'refork',
  'refork-bare',
  'reaper',
] as const
const LAUNCHERS: Record<Mode, LauncherKind> = {
  subreaper: 'perl',
  cgroup: 'perl',
  scan: 'plain',
  shell: 'dash',
}
/** Nothing about it tells whose it is: no parent, no environment, no output. */
const UNKNOWABLE = new Set<string>(['silent'])
/** Between two looks it has become somebody else. */
const TOO_QUICK = new Set<string>(['refork', 'refork-bare'])

for (const mode of ['subreaper', 'cgroup', 'scan', 'shell'] as const) {
  for (const kind of ESCAPES) {
    test(
      `J6: ${mode}: of a job with a process that escapes as "${kind}" nothing is left`,
      { skip: missing(LAUNCHERS[mode]) },
      async (t) => {
        const rig = await makeRig(t, LAUNCHERS[mode])
        const reaches = mode === 'cgroup' || mode === 'subreaper' ? mode : 'scan'
        if (mode === 'cgroup' && findCgroups(rig.launcher.pid, false) === undefined) {
          return t.skip('skipped: needs a control group to write to')
        }
        let survived = 0
        for (let round = 0; round < (reaches === 'scan' ? 2 : ROUNDS); round += 1) {
          const { report, written, left } = await endOne(t, rig, { mode, kind, round })
          assert.equal(report.reach, reaches)
          assert.deepEqual(written, { kind: 'signalled', signal: 'SIGTERM' })
          survived += left
        }
        if (reaches === 'scan' && (UNKNOWABLE.has(kind) || TOO_QUICK.has(kind)))
          return t.diagnostic(`${survived} survived`)
        assert.equal(survived, 0)
      },
    )
  }
}

async function endOne(
  t: TestContext,
  rig: Rig,
  { mode, kind, round }: { mode: Mode; kind: string; round: number },
): Promise<{ report: EndReport; written: EndWritten | null; left: number }> {
  const token = `escape-${mode}-${kind}-${round}-${process.pid}`
  onEnd(t, () => endAllThatKnow(token))
  const cgroup =
    mode === 'cgroup' ? findCgroups(rig.launcher.pid, false)?.folderFor(round + 1, 1) : undefined
  const command = ['sh', programPath('job-escape.sh'), kind, token]
  const started = await rig.start(command, cgroup === undefined ? {} : { cgroup })
  const { log } = started.paths
  await waitFor(() => existsSync(log) && outputOf(started.paths).includes('ready'), {
    what: 'the job to be ready',
  })
  if (!TOO_QUICK.has(kind))
    await waitFor(() => processesWith(token).length >= 2, { what: 'the process that escapes' })
  const { began } = lookAtRun(started.paths).record
  assert.ok(began)
  const report = await endJob({
    paths: started.paths,
    began,
    home: rig.home,
    job: started.id,
    signal: 'SIGTERM',
    graceMs: 300,
    killMs: 3_000,
  })
  const { written } = await started.over
  const left = processesWith(token).length
  await endAllThatKnow(token)
  return { report, written, left: left > 0 || report.remaining.length > 0 ? 1 : 0 }
}
