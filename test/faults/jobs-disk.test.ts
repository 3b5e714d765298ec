import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { createJobFolder, listJobFolders } from '../../src/host/jobs/job-folder.ts'
import { launchJob, type LaunchOutcome } from '../../src/host/jobs/launch-job.ts'
import { lookAtRun, type RunLook } from '../../src/host/jobs/look-at-run.ts'
import { openLauncher } from '../../src/host/jobs/open-launcher.ts'
import { openPerlLauncher } from '../../src/host/jobs/perl-launcher.ts'
import { openShellLauncher } from '../../src/host/jobs/shell-launcher.ts'
import type { Launcher } from '../../src/host/jobs/launcher.ts'
import type { RunPaths } from '../../src/host/jobs/run-paths.ts'
import { endAllThatKnow, missing, PERL, whenOver } from '../host/jobs/job-rig.ts'
import { onEnd } from '../support/cleaning.ts'
import { tempDir } from '../support/temp-dir.ts'

const onLinux = process.platform === 'linux'
const needsRoot =
  process.getuid?.() === 0 && onLinux ? missing('perl') : 'skipped: needs root on Linux'
const needsStrace =
  onLinux && spawnSync('strace', ['-V']).status === 0 ? missing('perl') : 'skipped: needs strace'
const CONTENT = { spec: {}, environment: { PATH: process.env.PATH } }

test(
  'J2: on a full disk a job starts, ends, and its end is true',
  { skip: needsRoot },
  async (t) => {
    const { jobs, home, launcher } = await onSmallDisk(t, 'perl')
    const scripts = ['exit 7', 'echo output that has no room; exit 8', 'kill -9 $$']
    const paths = scripts.map((_, at) => createJobFolder(jobs, at + 1, CONTENT))
    fill(home)
    const looks: RunLook[] = []
    for (const [at, each] of paths.entries()) {
      assert.deepEqual(await launch(launcher, each, scripts[at] ?? ''), { kind: 'launched' })
      looks.push(await whenOver(each))
    }
    const [first, second, third] = looks.map((look) => look.written)
    assert.deepEqual(first, { kind: 'exited', code: 7 })
    assert.deepEqual(second, { kind: 'exited', code: 8 })
    assert.deepEqual(third, { kind: 'signalled', signal: 'SIGKILL' })
  },
)

for (const kind of ['perl', 'dash'] as const) {
  test(
    `J2: ${kind}: a disk that fills up while a job runs does not change its end`,
    { skip: needsRoot },
    async (t) => {
      const { jobs, home, launcher } = await onSmallDisk(t, kind)
      for (const [id, end, written] of [
        [1, 'exit 9', { kind: 'exited', code: 9 }],
        [2, 'kill -9 $$', { kind: 'signalled', signal: 'SIGKILL' }],
      ] as const) {
        const paths = createJobFolder(jobs, id, CONTENT)
        await launch(launcher, paths, `while [ ! -e ${home}/go${id} ]; do sleep 0.01; done; ${end}`)
        mkdirSync(`${home}/go-soon`)
        fill(home)
        renameSync(`${home}/go-soon`, `${home}/go${id}`)
        assert.deepEqual((await whenOver(paths)).written, written)
        rmSync(`${home}/filler`)
      }
    },
  )
}

test(
  'J4: a submission that finds no room is refused and leaves nothing that counts as a job',
  { skip: needsRoot },
  async (t) => {
    const { jobs, home } = await onSmallDisk(t, 'perl')
    fill(home)
    const environment = { BIG: 'x'.repeat(100_000) }
    assert.throws(
      () => createJobFolder(jobs, 1, { spec: {}, environment }),
      /creating folder .*: ENOSPC/,
    )
    rmSync(`${home}/filler`)
    const paths = createJobFolder(jobs, 1, CONTENT)
    assert.equal(lookAtRun(paths).fence, 'none')
    assert.deepEqual(listJobFolders(jobs), [1])
  },
)

test(
  'J3: where the record has no room nothing runs, no fence stays, and the next launch does it',
  { skip: needsRoot },
  async (t) => {
    const { jobs, home, launcher } = await onSmallDisk(t, 'perl')
    const paths = createJobFolder(jobs, 1, CONTENT)
    rmSync(paths.exit)
    fill(home)
    const refused = await launch(launcher, paths, 'exit 3')
    assert.deepEqual(refused, { kind: 'refused', step: 'exit', errno: 'ENOSPC' })
    await whenOver(paths)
    assert.deepEqual([existsSync(paths.started), existsSync(paths.log)], [false, false])
    rmSync(`${home}/filler`)
    assert.deepEqual(await launch(launcher, paths, 'exit 3'), { kind: 'launched' })
    assert.deepEqual((await whenOver(paths)).written, { kind: 'exited', code: 3 })
  },
)

/** What fails in the waiter, and what it may come to; whatever comes, a command that ran has its true end or none. */
const FAULTS: readonly [string, RegExp][] = [
  ['fork,clone,vfork,clone3:error=EAGAIN:when=1', /^refused fork EAGAIN$/],
  ['mknod,mknodat:error=EDQUOT:when=1', /^refused alive EDQUOT$/],
  ['chdir:error=EIO:when=1+', /^launched unstartable$/],
  ['execve:error=ENOMEM:when=2+', /^launched unstartable$/],
  ['setsid:error=EPERM:when=1+', /^launched exited 5$/],
  ['prctl:error=EINVAL:when=1+', /^launched exited 5$/],
  ['wait4:error=EINTR:when=1', /^launched exited 5$/],
  ['getrusage:error=EFAULT:when=1+', /^launched exited 5$/],
]

for (const [inject, expected] of FAULTS) {
  test(`J3: ${inject} in a waiter: said, or done`, { skip: needsStrace }, async (t) => {
    const home = tempDir(t)
    const wrapper = `${home}/perl`
    const call = inject.split(':')[0] ?? ''
    const strace = `strace -f -qq -o /dev/null -e trace=${call} -e inject=${inject} ${PERL} "$@"`
    writeFileSync(wrapper, `#!/bin/sh\nexec ${strace}\n`, { mode: 0o755 })
    const launcher = await openPerlLauncher({ perl: wrapper, home, jobs: `${home}/jobs` })
    keep(t, home, launcher)
    const paths = createJobFolder(`${home}/jobs`, 1, CONTENT)
    const outcome = await launch(launcher, paths, 'exit 5')
    const { written } = await whenOver(paths)
    assert.match(say(outcome, written), expected)
  })
}

test('J3: a launcher that cannot be started at all is said in one line', async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/perl`, '#!/no/such/interpreter\n', { mode: 0o755 })
  await assert.rejects(
    openPerlLauncher({ perl: `${home}/perl`, home, jobs: home }),
    /^ProblemError: starting the launcher of jobs: .*ENOENT/,
  )
})

function say(outcome: LaunchOutcome, written: RunLook['written']): string {
  if (outcome.kind === 'refused') return `refused ${outcome.step} ${outcome.errno}`
  const end = written?.kind === 'exited' ? `exited ${written.code}` : (written?.kind ?? 'nothing')
  return `${outcome.kind} ${end}`
}

async function onSmallDisk(t: TestContext, kind: 'perl' | 'dash') {
  const home = tempDir(t)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', home])
  assert.equal(mounted.status, 0, String(mounted.stderr))
  onEnd(t, () => spawnSync('umount', ['-l', home]))
  const jobs = `${home}/jobs`
  mkdirSync(jobs)
  const options = { home, jobs, searchPath: undefined }
  const launcher = kind === 'perl' ? await openLauncher(options) : openShellLauncher('/bin/dash')
  keep(t, home, launcher)
  return { home, jobs, launcher }
}

function keep(t: TestContext, home: string, launcher: Launcher): void {
  onEnd(t, () => endAllThatKnow(home))
  onEnd(t, () => launcher.close())
  const timer = setInterval(() => undefined, 60_000)
  onEnd(t, () => clearInterval(timer))
}

function launch(
  launcher: Launcher,
  paths: RunPaths | undefined,
  script: string,
): Promise<LaunchOutcome> {
  assert.ok(paths)
  const order = { paths, argv: ['sh', '-c', script], cwd: '/', umask: 0o22, logCapBytes: 0 }
  return launchJob({ get: async () => launcher }, order)
}

/** Takes every last block. */
function fill(home: string): void {
  spawnSync('sh', [
    '-c',
    `cat /dev/zero > ${home}/filler; for i in 1 2 3 4 5 6 7 8; do echo x >> ${home}/filler; done`,
  ])
  assert.ok(readdirSync(home).includes('filler'))
}
