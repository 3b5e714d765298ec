import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { selfIdentity } from '../identity.ts'

/** A place in the tree of control groups where each job gets one of its own. */
export interface JobCgroups {
  folderFor(job: number, attempt: number): string
  /** Whether peaks of memory, and kills for want of it, will be known. */
  readonly countsMemory: boolean
}

const JOB = 'curfew-job-'
const MAIN = 'curfew-main'
/** The groups that we make end in these names; what is above them is the place. */
const OURS = /\/curfew-(?:main|job-[^/]+)$/
/** The record has room for so much, and for no blanks. */
const USABLE = /^[^\s~]{1,250}$/
const FREEZE_LOOKS = 1_000
const FREEZE_LOOK_MS = 2

/**
 * Groups below that of a process of ours; undefined where there is no version 2 of them, or none for us.
 * Memory is counted only where the launcher has a scope to itself: a service manager that finds us counting in
 * the group of its service could not start that service again.
 */
export function findCgroups(launcherPid: number, hasOwnScope: boolean): JobCgroups | undefined {
  const base = groupOf(launcherPid)?.replace(OURS, '')
  if (base === undefined || !USABLE.test(base) || !canMake(base)) return undefined
  if (hasOwnScope) countMemory(base, launcherPid)
  removeEmpty(base)
  const { pid, processStart } = selfIdentity()
  return {
    countsMemory: readOr(`${base}/cgroup.subtree_control`, '').split(/\s+/).includes('memory'),
    folderFor: (job, attempt) => `${base}/${JOB}${pid}-${processStart}-${job}-${attempt}`,
  }
}

/** A daemon that was started from inside a job lives in that job's group and would be killed with it. */
export function leaveJobCgroup(): void {
  const own = groupOf(process.pid)
  if (own?.includes(`/${JOB}`) !== true) return
  const base = own.replace(OURS, '')
  // Where memory is counted only the lower one takes processes.
  if (!writes(`${base}/${MAIN}/cgroup.procs`, '0')) writes(`${base}/cgroup.procs`, '0')
}

/** Stops every process of a group; false, and nothing is stopped, where that does not come about. */
export async function freeze(folder: string): Promise<boolean> {
  if (!writes(`${folder}/cgroup.freeze`, '1')) return false
  for (let look = 0; look < FREEZE_LOOKS; look += 1) {
    if (/^frozen 1$/m.test(readOr(`${folder}/cgroup.events`, ''))) return true
    await delay(FREEZE_LOOK_MS)
  }
  thaw(folder)
  return false
}

export function thaw(folder: string): void {
  writes(`${folder}/cgroup.freeze`, '0')
}

export interface CgroupFigures {
  readonly cpuMs: number | null
  readonly memoryBytes: number | null
  readonly peakBytes: number | null
  readonly oomKills: number | null
}

export function readCgroup(folder: string): CgroupFigures {
  const usage = numberIn(`${folder}/cpu.stat`, /^usage_usec (\d+)/m)
  return {
    cpuMs: usage === null ? null : usage / 1000,
    memoryBytes: numberIn(`${folder}/memory.current`, /^(\d+)/),
    peakBytes: numberIn(`${folder}/memory.peak`, /^(\d+)/),
    oomKills: numberIn(`${folder}/memory.events`, /^oom_kill (\d+)/m),
  }
}

/** The folder of a process's group of version 2. */
function groupOf(pid: number): string | undefined {
  const path = /^0::(\/.*)$/m.exec(readOr(`/proc/${pid}/cgroup`, ''))?.[1]
  const mount = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(readOr('/proc/self/mountinfo', ''))
  const [, root = '', point = ''] = mount ?? []
  if (path === undefined || mount === null || path.includes('/..')) return undefined
  const below = root === '/' ? path : path.startsWith(root) ? path.slice(root.length) : undefined
  return below === undefined ? undefined : join(point, below)
}

function canMake(base: string): boolean {
  const probe = `${base}/${JOB}probe-${process.pid}`
  try {
    accessSync(`${base}/cgroup.procs`, constants.W_OK)
    mkdirSync(probe)
    accessSync(`${probe}/cgroup.kill`, constants.W_OK)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  } finally {
    removes(probe)
  }
}

/** Groups that count may hold no process themselves: the launcher moves one down. */
function countMemory(base: string, launcherPid: number): void {
  const [only, ...others] = readOr(`${base}/cgroup.procs`, '').trim().split('\n')
  if (others.length > 0 || (only !== '' && only !== String(launcherPid))) return
  try {
    mkdirSync(`${base}/${MAIN}`, { recursive: true })
  } catch (error) {
    if (error instanceof Error) return
    throw error
  }
  writes(`${base}/${MAIN}/cgroup.procs`, String(launcherPid))
  writes(`${base}/cgroup.subtree_control`, '+memory')
}

/** What a job left behind when somebody of it outlived its waiter. */
function removeEmpty(base: string): void {
  for (const name of readdirSync(base).filter((each) => each.startsWith(JOB))) {
    removes(`${base}/${name}`)
  }
}

function numberIn(path: string, pattern: RegExp): number | null {
  const found = pattern.exec(readOr(path, ''))
  return found === null ? null : Number(found[1])
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (error instanceof Error) return otherwise
    throw error
  }
}

function writes(path: string, text: string): boolean {
  try {
    writeFileSync(path, text)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** A group that still has processes stays. */
function removes(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}
