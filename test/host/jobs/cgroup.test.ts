import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { findCgroups, freeze, readCgroup, thaw } from '../../../src/host/jobs/cgroup.ts'
import { onEnd } from '../../support/cleaning.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing, outputOf } from './job-rig.ts'

const cgroups = process.platform === 'linux' ? findCgroups(process.pid, false) : undefined
const needsGroups =
  cgroups === undefined ? 'skipped: needs a control group to write to' : missing('perl')
const MODULE = pathToFileURL('src/host/jobs/cgroup.ts').href

test(
  'J6: each attempt of each job has a group of its own, which goes with it',
  { skip: needsGroups },
  async (t) => {
    const rig = await makeRig(t)
    const names = [
      [1, 1],
      [1, 2],
      [11, 2],
    ].map(([job = 0, attempt = 0]) => cgroups?.folderFor(job, attempt))
    assert.equal(new Set(names).size, 3)
    const [cgroup = ''] = names
    const started = await rig.start(
      ['sh', '-c', `cat /proc/self/cgroup; cat ${cgroup}/cgroup.procs`],
      { cgroup },
    )
    const { record } = await started.over
    assert.equal(record.began?.reach, 'cgroup')
    assert.ok(
      outputOf(started.paths).includes(`0::${cgroup.slice(cgroup.indexOf('/curfew-job-'))}`),
    )
    assert.ok(outputOf(started.paths).includes(`\n${record.began?.job.pid}\n`))
    await waitFor(() => !existsSync(cgroup), { what: 'the group to be removed' })
    assert.deepEqual(readCgroup(cgroup), {
      cpuMs: null,
      memoryBytes: null,
      peakBytes: null,
      oomKills: null,
    })
  },
)

test(
  'J6: where the group cannot be made the job runs all the same, and says so',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { record, written } = await rig.run(['sh', '-c', 'exit 6'], {
      cgroup: '/proc/no/such/group',
    })
    assert.deepEqual(written, { kind: 'exited', code: 6 })
    assert.equal(record.began?.reach, 'subreaper')
    assert.equal(record.began?.cgroup, null)
  },
)

test(
  'J6: a daemon that a job started leaves the group of that job',
  { skip: needsGroups },
  async (t) => {
    const rig = await makeRig(t)
    const cgroup = cgroups?.folderFor(3, 1) ?? ''
    const script = `import(${JSON.stringify(MODULE)}).then(({ leaveJobCgroup }) => {
    leaveJobCgroup()
    console.log(require('node:fs').readFileSync('/proc/self/cgroup', 'utf8'))
  })`
    const started = await rig.start([process.execPath, '-e', script], { cgroup })
    assert.equal((await started.over).record.began?.reach, 'cgroup')
    const groups = outputOf(started.paths)
    assert.match(groups, /^0::/m)
    assert.doesNotMatch(groups, /curfew-job/)
  },
)

test('J8: a group is frozen as a whole and thaws', { skip: needsGroups }, async (t) => {
  const rig = await makeRig(t)
  const cgroup = cgroups?.folderFor(4, 1) ?? ''
  const started = await rig.start(
    ['sh', '-c', `while [ ! -e ${rig.home}/go ]; do sleep 0.01; done`],
    { cgroup },
  )
  await waitFor(
    () =>
      existsSync(`${cgroup}/cgroup.procs`) && readFileSync(`${cgroup}/cgroup.procs`, 'utf8') !== '',
    { what: 'the job to be in its group' },
  )
  assert.equal(await freeze(cgroup), true)
  mkdirSync(`${rig.home}/go`)
  assert.match(readFileSync(`${cgroup}/cgroup.events`, 'utf8'), /frozen 1/)
  thaw(cgroup)
  await started.over
})

test('groups that nobody is in any more are swept', { skip: needsGroups }, (t) => {
  const left = cgroups?.folderFor(5, 1) ?? ''
  mkdirSync(left)
  onEnd(t, () => existsSync(left) && rmdirSync(left))
  findCgroups(process.pid, false)
  assert.equal(existsSync(left), false)
})

test('freezing what is not there is a no', async () => {
  assert.equal(await freeze('/proc/no/such/group'), false)
})
