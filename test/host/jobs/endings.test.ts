import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { test } from 'node:test'
import type { EndWritten } from '../../../src/domain/job-ending.ts'
import type { RunPaths } from '../../../src/host/jobs/run-paths.ts'
import { type LauncherKind, makeRig, missing, outputOf, type Rig } from './job-rig.ts'

const KINDS: readonly LauncherKind[] = ['perl', 'plain', 'dash', 'bash', 'busybox']
const AT_ONCE = 8
const EVERY_CODE = Array.from({ length: 256 }, (_, code) => code)
const TELLING_CODES = [0, 1, 2, 125, 126, 127, 128, 129, 130, 137, 143, 145, 159, 192, 254, 255]
/** What bash puts into every environment. */
const ITS_OWN = ['PWD', 'OLDPWD', 'SHLVL', '_']
/** What does not end a process, or not for good. */
const HARMLESS = new Set([
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGWINCH',
])

for (const kind of KINDS) {
  test(
    `J2: ${kind}: an exit code is the one that was returned`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const codes = kind === 'perl' ? EVERY_CODE : TELLING_CODES
      const written = await runAll(
        rig,
        codes.map((code) => ['sh', '-c', `exit ${code}`]),
      )
      assert.deepEqual(
        written,
        codes.map((code) => ({ kind: 'exited', code })),
      )
    },
  )

  test(`J2: ${kind}: every signal has its name`, { skip: missing(kind) }, async (t) => {
    const rig = await makeRig(t, kind)
    const signals = deadlySignals()
    const written = await runAll(
      rig,
      signals.map(([, number]) => selfKill(number)),
    )
    assert.deepEqual(
      written,
      signals.map(([signal]) => ({ kind: 'signalled', signal })),
    )
  })

  test(
    `J3: ${kind}: what cannot be started says so, and is not taken for a command that fails`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      writeFileSync(`${rig.home}/plain-file`, 'echo no\n')
      mkdirSync(`${rig.home}/gone`)
      const exact = hasPerl(kind)
      const end = async (argv: string[], options = {}): Promise<EndWritten | null> =>
        (await rig.run(argv, { environment: { PATH: '/usr/bin:/bin' }, ...options })).written
      assert.deepEqual(await end(['no-such-command-here']), unstartable('exec', 'ENOENT'))
      assert.deepEqual(await end([`${rig.home}/no/such`]), unstartable('exec', 'ENOENT'))
      assert.deepEqual(await end([`${rig.home}/plain-file`]), unstartable('exec', 'EACCES'))
      assert.deepEqual(await end([rig.home]), unstartable('exec', 'EACCES'))
      assert.deepEqual(
        await end(['true'], { cwd: `${rig.home}/nowhere` }),
        unstartable('cwd', 'ENOENT'),
      )
      assert.deepEqual(await end(['sh', '-c', 'exit 127']), { kind: 'exited', code: 127 })
      assert.deepEqual(await end(['sh', '-c', 'exit 126']), { kind: 'exited', code: 126 })
      assert.deepEqual(await end(['sh', '-c', 'no-such-command-here']), {
        kind: 'exited',
        code: 127,
      })
      const large = { PATH: process.env.PATH, ...hugeEnvironment() }
      const tooBig = await end(['true'], { environment: large })
      assert.deepEqual(tooBig, unstartable('exec', exact ? 'E2BIG' : 'error 0'))
    },
  )

  test(
    `J3: ${kind}: an environment that is no file is not waited for`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const spoil = ({ environment }: RunPaths): void => {
        rmSync(environment)
        execFileSync('mkfifo', [environment])
      }
      const { outcome, over } = await rig.start(['true'], { spoil })
      if (hasPerl(kind)) assert.deepEqual((await over).written, unstartable('env', 'EINVAL'))
      else assert.deepEqual(outcome, { kind: 'refused', step: 'env', errno: 'error 0' })
    },
  )

  test(
    `J5: ${kind}: environment, folder, umask and arguments are as they were given, and nothing else is inherited`,
    { skip: missing(kind) },
    async (t) => {
      process.env.NODE_OPTIONS = '--no-warnings'
      process.env.LISTEN_FDS = '1'
      const rig = await makeRig(t, kind)
      delete process.env.NODE_OPTIONS
      delete process.env.LISTEN_FDS
      mkdirSync(`${rig.home}/it's here`)
      const environment = {
        PATH: process.env.PATH,
        A: "it's\n$HOME \\`x`",
        EMPTY: '',
        ...(hasPerl(kind) ? { 'odd.name-%': 'kept' } : {}),
      }
      const cwd = `${rig.home}/it's here`
      const started = await rig.start(
        [process.execPath, '-e', REPORT, 'a b', '', "it's", '$(no)\n'],
        { environment, cwd, umask: 0o27 },
      )
      await started.over
      const seen = JSON.parse(outputOf(started.paths))
      const { CURFEW_HOME: home, CURFEW_JOB: job, ...rest } = seen.env
      if (kind === 'bash') for (const name of ITS_OWN) delete rest[name]
      assert.deepEqual({ home, job }, { home: rig.home, job: '1' })
      assert.deepEqual(rest, environment)
      assert.deepEqual(seen.argv, ['a b', '', "it's", '$(no)\n'])
      assert.equal(seen.cwd, cwd)
      assert.equal(seen.umask, 0o27)
    },
  )

  test(
    `J7: ${kind}: no signal is blocked or ignored, stdin is empty, both outputs are one log, in its own session`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const script = `grep -E 'Sig(Blk|Ign)' /proc/self/status; cat; echo out; echo err >&2; echo again; cut -d' ' -f1,5,6 /proc/$$/stat; ls /proc/$$/fd`
      const started = await rig.start(['dash', '-c', script])
      const { record } = await started.over
      const pid = record.began?.job.pid
      const zeros = '0000000000000000'
      const lines = outputOf(started.paths).split('\n')
      assert.deepEqual(lines.slice(0, 2), [`SigBlk:\t${zeros}`, `SigIgn:\t${zeros}`])
      assert.deepEqual(lines.slice(2, 6), ['out', 'err', 'again', `${pid} ${pid} ${pid}`])
      const open = lines.slice(6, -1).map(Number)
      // A shell cannot close what lies above 9; only whoever runs these tests leaves that open.
      assert.deepEqual(
        open.filter((fd) => hasPerl(kind) || fd < 10),
        [0, 1, 2],
      )
      assert.notEqual(record.began?.waiter.pid, pid)
    },
  )

  test(
    `J12: ${kind}: the time that a job and its children spent is known`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const burn = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'
      const { record } = await rig.run(['dash', '-c', `dash -c '${burn}'; ${burn}`])
      const spent = record.end?.kind === 'ended' ? record.end.userUs + record.end.systemUs : 0
      assert.ok(spent > 50_000 && spent < 20_000_000, `${spent} µs`)
    },
  )
}

test(
  'J3: a job whose folder is gone is refused, and may be launched again later',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { paths, over } = await rig.start(['true'])
    await over
    rmSync(paths.job, { recursive: true })
    const reply = await rig.launcher.launch({
      paths,
      argv: ['true'],
      cwd: '/',
      umask: 0o22,
      logCapBytes: 0,
    })
    assert.deepEqual(reply, { kind: 'failed', step: 'alive', errno: os.constants.errno.ENOENT })
  },
)

test(
  'J5: only the owner may read what a job leaves behind',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const { paths, over } = await rig.start(['sh', '-c', 'echo secret'])
    await over
    const forOthers = Object.values(paths).filter((path) => (modeOf(path) & 0o77) !== 0)
    assert.deepEqual(forOthers, [])
  },
)

const REPORT = `console.log(JSON.stringify({
  env: process.env, argv: process.argv.slice(1), cwd: process.cwd(), umask: process.umask() }))`

async function runAll(rig: Rig, commands: readonly string[][]): Promise<(EndWritten | null)[]> {
  const results: (EndWritten | null)[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < commands.length; at = next++) {
      results[at] = (await rig.run(commands[at] ?? [])).written
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

function deadlySignals(): [string, number][] {
  const known = Object.entries(os.constants.signals).filter(([name]) => !HARMLESS.has(name))
  const named = new Map(known.toReversed().map(([name, number]) => [number, name]))
  const realtime = Array.from({ length: 31 }, (_, at): [string, number] => [
    at === 0 ? 'SIGRTMIN' : `SIGRTMIN+${at}`,
    34 + at,
  ])
  return [...[...named].map(([number, name]): [string, number] => [name, number]), ...realtime]
}

/** By a program that does not catch it first. */
function selfKill(number: number): string[] {
  return ['perl', '-e', `$SIG{FPE} = 'DEFAULT'; kill ${number}, $$; sleep 5`]
}

function unstartable(stage: string, errno: string): EndWritten {
  return { kind: 'unstartable', stage, errno }
}

function hugeEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`HUGE_${at}`, 'x'.repeat(100_000)]),
  )
}

function hasPerl(kind: LauncherKind): boolean {
  return kind === 'perl' || kind === 'plain'
}

function modeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0
}
