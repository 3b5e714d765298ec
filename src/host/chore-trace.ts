import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from './atomic-write.ts'
import {
  bootId,
  isRunning,
  lookAt,
  type PartialIdentity,
  type ProcessIdentity,
  signalProcess,
} from './identity.ts'
import type { Paths } from './paths.ts'
import { signalGroup } from './process-group.ts'
import { readSmallFile } from './read-small-file.ts'
import { failedDoing } from './system-error.ts'

/** What a running command is known by, also to the next daemon if this one is killed. */
export interface ChoreTrace {
  /** For the command's environment: who carries it was started by it, whatever became of it since. */
  readonly environment: Readonly<Record<string, string>>
  started(pid: number): void
  /** Kills all that it has started and that has left its group. */
  endEscaped(): void
  remove(): void
}

const MARK = '_CURFEW_COMMAND'
const NAME = /^\.chore-([0-9a-f]{16})$/
/** Members may start others while they are being ended. */
const ROUNDS = 5

/** Written before the command starts, so that no moment is without it. */
export function leaveTrace(paths: Paths): ChoreTrace {
  const token = process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')
  const path = join(paths.home, `.chore-${token}`)
  write(path, {})
  return {
    environment: { [MARK]: token },
    started: (pid) => {
      const look = lookAt(pid)
      if (look.state === 'alive') {
        write(path, { pid, processStart: look.processStart, bootId: bootId() })
      }
    },
    endEscaped: () => void endMarked(token),
    remove: () => rmSync(path, { force: true }),
  }
}

/** Ends commands that a daemon which was killed has left running; says how many there were. */
export function endLeftOverChores(paths: Paths): number {
  let ended = 0
  for (const name of readdirSync(paths.home)) {
    const token = NAME.exec(name)?.[1]
    if (token === undefined) continue
    const path = join(paths.home, name)
    if (endTraced(path, token)) ended += 1
    rmSync(path, { force: true })
  }
  return ended
}

function endTraced(path: string, token: string): boolean {
  const file = readSmallFile(path, { maxBytes: 4096 })
  const leader = file.kind === 'ok' ? parseIdentity(file.text) : undefined
  const hadLeader = leader !== undefined && leader.pid > 1 && isRunning(leader)
  if (hadLeader) signalGroup(leader.pid, 'SIGKILL')
  const hadOthers = endMarked(token)
  return hadLeader || hadOthers
}

function endMarked(token: string): boolean {
  let hadAny = false
  for (let round = 0; round < ROUNDS; round += 1) {
    const marked = markedWith(token)
    for (const process of marked) signalProcess(process, 'SIGKILL')
    if (marked.length === 0) break
    hadAny = true
  }
  return hadAny
}

/**
 * Linux shows the environment that a process began with; elsewhere only the group is found. A job that
 * was submitted from within carries the mark too, and is nobody's to end.
 */
function markedWith(token: string): ProcessIdentity[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid <= 1) return []
    const environment = environmentOf(pid)
    if (!environment.includes(`${MARK}=${token}\0`)) return []
    if (environment.includes('CURFEW_JOB=')) return []
    const look = lookAt(pid)
    return look.state === 'alive'
      ? [{ pid, processStart: look.processStart, bootId: bootId() }]
      : []
  })
}

/** Nothing for those that are gone or not ours to look at. */
function environmentOf(pid: number): Buffer {
  try {
    return readFileSync(`/proc/${pid}/environ`)
  } catch {
    return Buffer.alloc(0)
  }
}

function write(path: string, identity: Partial<PartialIdentity>): void {
  try {
    writeAtomically(path, JSON.stringify(identity), { durable: false })
  } catch (error) {
    throw failedDoing(`writing ${path}`, error)
  }
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^\{"pid":(\d+),"processStart":"([^"]+)","bootId":"([^"]+)"\}$/.exec(text)
  if (match === null) return undefined
  const [, pid = '', processStart = '', boot = ''] = match
  return { pid: Number(pid), processStart, bootId: boot }
}
