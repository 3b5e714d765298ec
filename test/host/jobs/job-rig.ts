import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createJobFolder } from '../../../src/host/jobs/job-folder.ts'
import { jobEnvironment, type Environment } from '../../../src/host/jobs/job-environment.ts'
import { launchJob, type LaunchOutcome } from '../../../src/host/jobs/launch-job.ts'
import type { Launcher } from '../../../src/host/jobs/launcher.ts'
import { lookAtRun, type RunLook } from '../../../src/host/jobs/look-at-run.ts'
import { openPerlLauncher } from '../../../src/host/jobs/perl-launcher.ts'
import type { RunPaths } from '../../../src/host/jobs/run-paths.ts'
import { openShellLauncher } from '../../../src/host/jobs/shell-launcher.ts'
import { watchWaiter } from '../../../src/host/jobs/waiter-life.ts'
import { type Cleaning, onEnd } from '../../support/cleaning.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { waitFor } from '../../support/wait-for.ts'

/** A launcher with a home of its own; whatever still runs at the end is ended by its number. */
export interface Rig {
  readonly home: string
  readonly jobs: string
  readonly launcher: Launcher
  /** Makes the folder and launches; the rest is in the job's own hands. */
  start(argv: readonly string[], options?: StartOptions): Promise<Started>
  /** Starts and waits until the waiter is gone. */
  run(argv: readonly string[], options?: StartOptions): Promise<RunLook>
}

export interface StartOptions {
  readonly cwd?: string
  readonly environment?: Environment
  readonly logCapBytes?: number
  readonly cgroup?: string
  readonly umask?: number
  /** Does something to the folder before it is launched. */
  readonly spoil?: (paths: RunPaths) => void
}

export interface Started {
  readonly id: number
  readonly paths: RunPaths
  readonly outcome: LaunchOutcome
  /** Resolves when the waiter is gone, to what it left. */
  readonly over: Promise<RunLook>
}

export type LauncherKind = 'perl' | 'plain' | 'dash' | 'bash' | 'busybox'

export const PERL = '/usr/bin/perl'
const PROGRAMS = {
  perl: PERL,
  plain: PERL,
  dash: '/bin/dash',
  bash: '/bin/bash',
  busybox: '/bin/busybox',
} satisfies Record<LauncherKind, string>

/** For the option `skip` of a test. */
export function missing(kind: LauncherKind): string | false {
  if (process.platform !== 'linux') return 'skipped: needs Linux'
  return existsSync(PROGRAMS[kind]) ? false : `skipped: needs ${PROGRAMS[kind]}`
}

export async function makeRig(t: Cleaning, kind: LauncherKind = 'perl'): Promise<Rig> {
  const home = tempDir(t)
  const jobs = `${home}/jobs`
  const launcher = await openOf(kind, home, jobs)
  onEnd(t, () => endAllThatKnow(home))
  onEnd(t, () => launcher.close())
  const keepAlive = setInterval(() => undefined, 60_000)
  onEnd(t, () => clearInterval(keepAlive))
  let last = 0

  async function start(argv: readonly string[], options: StartOptions = {}): Promise<Started> {
    const id = (last += 1)
    const environment = jobEnvironment(
      options.environment ?? { PATH: process.env.PATH },
      {},
      { home, job: id, session: undefined },
    )
    const paths = createJobFolder(jobs, id, { spec: { argv }, environment })
    options.spoil?.(paths)
    const { cwd = home, umask = 0o22, logCapBytes = 0, cgroup } = options
    const order = {
      paths,
      argv,
      cwd,
      umask,
      logCapBytes,
      ...(cgroup === undefined ? {} : { cgroup }),
    }
    const outcome = await launchJob({ get: async () => launcher }, order)
    return { id, paths, outcome, over: whenOver(paths) }
  }

  return {
    home,
    jobs,
    launcher,
    start,
    run: async (argv, options) => await (await start(argv, options)).over,
  }
}

export function whenOver(paths: RunPaths): Promise<RunLook> {
  return new Promise((resolve) => {
    watchWaiter(paths, () => resolve(lookAtRun(paths)))
  })
}

/** What the command has printed so far. */
export function outputOf({ log }: RunPaths): string {
  return existsSync(log) ? readFileSync(log, 'utf8') : ''
}

/** Processes whose arguments or environment hold the text; zombies have neither. */
export function processesWith(text: string): number[] {
  const pids = readdirSync('/proc').map(Number)
  return pids.filter((pid) => pid > 1 && pid !== process.pid && knows(pid, text))
}

export async function endAllThatKnow(text: string): Promise<void> {
  await waitFor(
    () => {
      const left = processesWith(text)
      for (const pid of left) endOne(pid)
      return left.length === 0
    },
    { what: `processes that know ${text} to end` },
  )
}

function endOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function knows(pid: number, text: string): boolean {
  try {
    return ['cmdline', 'environ'].some((part) =>
      readFileSync(`/proc/${pid}/${part}`, 'latin1').includes(text),
    )
  } catch {
    return false
  }
}

export async function openOf(kind: LauncherKind, home: string, jobs: string): Promise<Launcher> {
  if (kind === 'perl' || kind === 'plain') {
    return await openPerlLauncher({ perl: PERL, home, jobs, plain: kind === 'plain' })
  }
  // By the name sh, as the system would start it.
  const shell = `${home}/sh`
  symlinkSync(PROGRAMS[kind], shell)
  return openShellLauncher(shell)
}
