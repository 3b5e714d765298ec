/** Ends jobs with a process that escapes, and tells what became of each, one line of JSON a round. */
import { strict as assert } from 'node:assert'
import { findCgroups } from '../../src/host/jobs/cgroup.ts'
import { endJob } from '../../src/host/jobs/end-job.ts'
import { lookAtRun } from '../../src/host/jobs/look-at-run.ts'
import type { Cleaning } from '../support/cleaning.ts'
import type { EscapeMode, EscapeRound } from '../support/escapes.ts'
import {
  endAllThatKnow,
  type LauncherKind,
  makeRig,
  outputOf,
  processesWith,
  type Rig,
} from '../host/jobs/job-rig.ts'
import { programPath } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const LAUNCHERS: Record<string, LauncherKind> = {
  subreaper: 'perl',
  cgroup: 'perl',
  scan: 'plain',
  shell: 'dash',
} satisfies Record<EscapeMode, LauncherKind>
const [, , mode = '', rounds = '1', ...kinds] = process.argv
let count = 0
const cleaning: (() => void | Promise<void>)[] = []
const t: Cleaning = { after: (step) => void cleaning.push(step) }

try {
  await endAll()
} finally {
  for (const step of cleaning) await step()
}

async function endAll(): Promise<void> {
  const rig = await makeRig(t, LAUNCHERS[mode])
  if (mode === 'cgroup' && findCgroups(rig.launcher.pid, false) === undefined) {
    return console.log('no control group to write to')
  }
  for (const kind of kinds) {
    for (let round = 1; round <= Number(rounds); round += 1) {
      console.log(JSON.stringify(await endOne(rig, kind)))
    }
  }
}

async function endOne(rig: Rig, kind: string): Promise<EscapeRound> {
  const token = `escape-${mode}-${kind}-${(count += 1)}-${process.pid}`
  const cgroups = mode === 'cgroup' ? findCgroups(rig.launcher.pid, false) : undefined
  const cgroup = cgroups?.folderFor(count, 1)
  const command = ['sh', programPath('job-escape.sh'), kind, token]
  const started = await rig.start(command, cgroup === undefined ? {} : { cgroup })
  await waitFor(() => outputOf(started.paths).includes('ready'), { what: 'the job to be ready' })
  if (!kind.startsWith('refork'))
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
    killMs: 10_000,
  })
  const { written } = await started.over
  const survived = processesWith(token).length > 0 || report.remaining.length > 0
  await endAllThatKnow(token)
  return { kind, reach: report.reach, written, survived }
}
