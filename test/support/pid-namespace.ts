import { spawnSync } from 'node:child_process'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { type Cleaning, onEnd } from './cleaning.ts'
import { needs, needsLinux, type Skip } from './needs.ts'
import { type Program, programPath, startCommand } from './program.ts'
import { waitFor } from './wait-for.ts'

const FLAGS = [process.getuid?.() === 0 ? '-pf' : '-Urpf', '--kill-child', '--mount-proc']
const MOST_PROCESSES = 500
/** The first process of the namespace: it reaps, and all that is left dies with it. */
const FIRST = '[ -z "$1" ] || echo 0 > "$1/cgroup.procs"; shift; "$@"; exit $?'

/** Why processes cannot be locked in here, as node:test's `skip`. */
export function needsPidNamespace(): Skip {
  if (needs(needsLinux()) !== false) return needsLinux()
  const tried = spawnSync('unshare', [...FLAGS, 'true'])
  return tried.status === 0 ? false : 'needs root, or a user that may have a pid namespace'
}

/**
 * Runs a script of test/programs where no process can get out: whatever it starts is gone with it, and where a
 * control group can be had there can only be so many.
 */
export function startLockedIn(
  t: Cleaning,
  script: string,
  args: readonly string[],
  { most = MOST_PROCESSES, env = {} }: { most?: number; env?: NodeJS.ProcessEnv } = {},
): Program {
  const limit = limitProcesses(t, most)
  const command = [process.execPath, programPath(script), ...args]
  const locked = [...FLAGS, 'sh', '-c', FIRST, 'sh', limit ?? '', ...command]
  return startCommand(t, 'unshare', locked, { env: { ...process.env, ...env } })
}

function limitProcesses(t: Cleaning, most: number): string | undefined {
  const name = `curfew-test-${process.pid}-${process.hrtime.bigint()}`
  const folders = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].map((folder) => `${folder}/${name}`)
  const folder = folders.find((each) => makesLimit(each, most))
  if (folder === undefined) return undefined
  onEnd(t, () => waitFor(() => removes(folder), { what: `${folder} to be empty` }))
  return folder
}

function makesLimit(folder: string, most: number): boolean {
  try {
    mkdirSync(folder)
    writeFileSync(`${folder}/pids.max`, String(most), { flag: 'r+' })
    return true
  } catch {
    removes(folder)
    return false
  }
}

function removes(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}
