import { delimiter, join } from 'node:path'
import { reasonOf } from '../system-error.ts'
import { isExecutable } from '../is-executable.ts'
import type { LauncherSource } from './launch-job.ts'
import type { Launcher } from './launcher.ts'
import { openPerlLauncher } from './perl-launcher.ts'
import { openShellLauncher } from './shell-launcher.ts'

export interface LauncherOptions {
  readonly home: string
  readonly jobs: string
  /** Where to look for perl when it is not in its usual place. */
  readonly searchPath: string | undefined
  /** Runs the launcher, such as systemd-run: what it starts then lives outside of our own cgroup. */
  readonly wrap?: readonly string[]
  /** Hears why the launcher runs without that. */
  readonly onProblem?: (what: string) => void
  /** How long an idle launcher is kept; it weighs a few megabytes. */
  readonly idleMs?: number
}

export interface KeptLauncher extends LauncherSource {
  close(): void
}

const IDLE_MS = 60_000
const USUAL_PERL = '/usr/bin/perl'

/** Opens a launcher when one is needed, again when it died, and lets it go when it has been idle. */
export function keepLauncher(options: LauncherOptions): KeptLauncher {
  let opening: Promise<Launcher> | undefined
  let current: Launcher | undefined
  let idle: NodeJS.Timeout | undefined

  function close(): void {
    clearTimeout(idle)
    current?.close()
    current = undefined
  }

  async function open(): Promise<Launcher> {
    try {
      current = await openLauncher(options)
      return current
    } finally {
      opening = undefined
    }
  }

  // A process 1 reaps nobody else's children: there the launcher stays to do it.
  function closeLater(): void {
    clearTimeout(idle)
    if (process.pid !== 1) idle = setTimeout(close, options.idleMs ?? IDLE_MS).unref()
  }

  return {
    close,
    get: async () => {
      const launcher = current?.isOpen() === true ? current : await (opening ??= open())
      closeLater()
      return launcher
    },
  }
}

/** With perl where there is one, else with the shell. */
export async function openLauncher(options: LauncherOptions): Promise<Launcher> {
  const perl = findPerl(options.searchPath)
  const { home, jobs, wrap } = options
  if (perl === undefined) return openShellLauncher()
  if (wrap === undefined) return await openPerlLauncher({ perl, home, jobs })
  try {
    return await openPerlLauncher({ perl, home, jobs, wrap })
  } catch (error) {
    options.onProblem?.(`no scope for jobs: ${reasonOf(error)}`)
    return await openPerlLauncher({ perl, home, jobs })
  }
}

export function findPerl(searchPath: string | undefined): string | undefined {
  const others = (searchPath ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return [USUAL_PERL, ...others.map((folder) => join(folder, 'perl'))].find(isExecutable)
}
