import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findCgroups } from '../../../src/host/jobs/cgroup.ts'
import { endJob } from '../../../src/host/jobs/end-job.ts'
import { createJobFolder } from '../../../src/host/jobs/job-folder.ts'
import { launchJob } from '../../../src/host/jobs/launch-job.ts'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { measureEnded } from '../../../src/host/jobs/measure-job.ts'
import { openLauncher } from '../../../src/host/jobs/open-launcher.ts'
import { scopeCommand } from '../../../src/host/jobs/scope.ts'
import { onEnd } from '../../support/cleaning.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { waitFor } from '../../support/wait-for.ts'
import { endAllThatKnow, missing, outputOf, whenOver } from './job-rig.ts'

const wrap = scopeCommand(process.env)
const needsManager =
  wrap === undefined ? "skipped: needs a user's service manager" : missing('perl')

test(
  'J6, J12: in a scope of their own jobs are counted and ended by their control group',
  { skip: needsManager },
  async (t) => {
    const home = tempDir(t)
    const jobs = `${home}/jobs`
    const problems: string[] = []
    const launcher = await openLauncher({
      home,
      jobs,
      searchPath: undefined,
      ...(wrap === undefined ? {} : { wrap }),
      onProblem: (what) => problems.push(what),
    })
    onEnd(t, () => endAllThatKnow(home))
    onEnd(t, () => launcher.close())
    assert.deepEqual(problems, [])
    assert.match(readFileSync(`/proc/${launcher.pid}/cgroup`, 'utf8'), /\.scope$/m)
    const cgroups = findCgroups(launcher.pid, true)
    assert.ok(cgroups)
    t.diagnostic(`memory is ${cgroups.countsMemory ? '' : 'not '}counted`)
    const run = async (id: number, script: string) => {
      const paths = createJobFolder(jobs, id, { spec: {}, environment: { PATH: process.env.PATH } })
      const cgroup = cgroups.folderFor(id, 1)
      const order = {
        paths,
        argv: ['sh', '-c', script],
        cwd: '/',
        umask: 0,
        logCapBytes: 0,
        cgroup,
      }
      assert.deepEqual(await launchJob({ get: async () => launcher }, order), { kind: 'launched' })
      return paths
    }
    const short = await run(1, 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exit 3')
    const { record, written } = await whenOver(short)
    assert.deepEqual(written, { kind: 'exited', code: 3 })
    assert.ok(record.end?.kind === 'ended')
    const figures = measureEnded(record.end, record.began, null)
    assert.equal(figures.measuredBy, 'cgroup')
    assert.equal(
      figures.peakMemoryBytes !== null,
      cgroups.countsMemory || record.end.maxRssKb > (record.began?.floorKb ?? 0),
    )
    const long = await run(2, '(setsid env -i sleep 60 >/dev/null &); echo ready; sleep 60')
    await waitFor(() => outputOf(long).includes('ready'), { what: 'the job to be ready' })
    const { began } = lookAtRun(long).record
    assert.ok(began)
    const report = await endJob({
      paths: long,
      began,
      home,
      job: 2,
      signal: 'SIGTERM',
      graceMs: 1_000,
    })
    assert.deepEqual(report, { reach: 'cgroup', remaining: [] })
  },
)
