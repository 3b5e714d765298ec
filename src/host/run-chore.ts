import { ChildProcess, spawn } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ChoreEnd } from '../domain/chores.ts'
import { writeAtomically } from './atomic-write.ts'
import { type ChoreLog, choreLogPath, openChoreLog } from './chore-log.ts'
import { bootId, isRunning, lookAt, type ProcessIdentity } from './identity.ts'
import type { Paths } from './paths.ts'
import { readSmallFile } from './read-small-file.ts'
import { houseEnvironment } from './spawn-daemon.ts'
import { errorCode, failedDoing, reasonOf } from './system-error.ts'

export interface ChoreCommand {
  readonly name: string
  readonly command: readonly string[]
  readonly paths: Paths
}

export interface CommandRun {
  /** TERM to all of its group, KILL after a grace; more calls change nothing. */
  stop(): void
  readonly end: Promise<ChoreEnd>
}

const GRACE_MS = 10_000
/** What it left running may hold on to its output; it is not waited for longer than this. */
const OUTPUT_GRACE_MS = 1_000
const TRACE = /^\.chore-(\d+)$/

/** Runs a command in a group of its own, its output in a log that keeps beginning and end. */
export function startChoreCommand({ command, name, paths }: ChoreCommand): CommandRun {
  try {
    return begin(command, name, paths)
  } catch (error) {
    return endedAtOnce({ kind: 'failed', reason: reasonIn(error) })
  }
}

function begin(command: readonly string[], name: string, paths: Paths): CommandRun {
  const log = openChoreLog(choreLogPath(paths, name))
  const child = launch(command, paths)
  if (!(child instanceof ChildProcess)) {
    log.close()
    return endedAtOnce(child)
  }
  return follow(child, log, paths)
}

function follow(child: ChildProcess, log: ChoreLog, paths: Paths): CommandRun {
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', log.write)
  const forget = leaveTrace(child, paths)
  let killing: NodeJS.Timeout | undefined

  function stop(): void {
    if (killing !== undefined) return
    signalGroup(child, 'SIGTERM')
    killing = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS)
  }

  const end = endOf(child).finally(() => {
    clearTimeout(killing)
    endRest(child)
    forget()
    log.close()
  })
  return { stop, end }
}

function endedAtOnce(end: ChoreEnd): CommandRun {
  return { stop: () => undefined, end: Promise.resolve(end) }
}

/** Ends chores that a daemon which was killed has left running; says how many there were. */
export function endLeftOverChores(paths: Paths): number {
  let ended = 0
  for (const name of readdirSync(paths.home)) {
    if (!TRACE.test(name)) continue
    const path = join(paths.home, name)
    if (endTraced(path)) ended += 1
    rmSync(path, { force: true })
  }
  return ended
}

function launch(command: readonly string[], paths: Paths): ChildProcess | ChoreEnd {
  const [program = '', ...args] = command
  try {
    return spawn(program, args, {
      cwd: paths.home,
      detached: true,
      env: { ...houseEnvironment(process.env), CURFEW_HOME: paths.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    return { kind: 'unstartable', reason: reasonOf(error) }
  }
}

function endOf(child: ChildProcess): Promise<ChoreEnd> {
  return new Promise((resolve) => {
    let end: ChoreEnd | undefined
    child.on('error', (error) => resolve(unstartable(child, error)))
    child.on('exit', (code, signal) => {
      end = signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal }
      setTimeout(() => end && resolve(end), OUTPUT_GRACE_MS).unref()
    })
    child.on('close', () => end && resolve(end))
  })
}

function unstartable(child: ChildProcess, error: unknown): ChoreEnd {
  const what = errorCode(error) === 'ENOENT' ? 'no such program' : reasonOf(error)
  return { kind: 'unstartable', reason: `${child.spawnfile}: ${what}` }
}

/** Written beside the daemon's own files, so that the next daemon finds what this one may leave. */
function leaveTrace(child: ChildProcess, paths: Paths): () => void {
  const { pid } = child
  if (pid === undefined) return () => undefined
  const look = lookAt(pid)
  if (look.state !== 'alive') return () => undefined
  const identity: ProcessIdentity = { pid, processStart: look.processStart, bootId: bootId() }
  const path = join(paths.home, `.chore-${pid}`)
  try {
    writeAtomically(path, JSON.stringify(identity), { durable: false })
  } catch (error) {
    signalGroup(child, 'SIGKILL')
    throw failedDoing(`writing ${path}`, error)
  }
  return () => rmSync(path, { force: true })
}

function endTraced(path: string): boolean {
  const file = readSmallFile(path, { maxBytes: 4096 })
  const identity = file.kind === 'ok' ? parseIdentity(file.text) : undefined
  if (identity === undefined || identity.pid <= 1 || !isRunning(identity)) return false
  return signalNumber(-identity.pid, 'SIGKILL')
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^\{"pid":(\d+),"processStart":"([^"]+)","bootId":"([^"]+)"\}$/.exec(text)
  if (match === null) return undefined
  const [, pid = '', processStart = '', boot = ''] = match
  return { pid: Number(pid), processStart, bootId: boot }
}

/** What it started and left: while any of that lives, nobody else can have the number of its group. */
function endRest(child: ChildProcess): void {
  if (child.pid !== undefined && lookAt(child.pid).state === 'gone') signalGroup(child, 'SIGKILL')
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) signalNumber(-pid, signal)
}

function signalNumber(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(group, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH' || errorCode(error) === 'EPERM') return false
    throw failedDoing(`sending ${signal} to group ${-group}`, error)
  }
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
