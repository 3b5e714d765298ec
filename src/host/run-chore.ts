import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { ChoreEnd } from '../domain/chores.ts'
import { type ChoreLog, choreLogPath, openChoreLog } from './chore-log.ts'
import { type ChoreTrace, leaveTrace } from './chore-trace.ts'
import type { Paths } from './paths.ts'
import { endRestOfGroup, signalGroup } from './process-group.ts'
import { houseEnvironment } from './spawn-daemon.ts'
import { errorCode, reasonOf } from './system-error.ts'

export interface ChoreCommand {
  readonly name: string
  readonly command: readonly string[]
  readonly paths: Paths
}

export interface Command {
  readonly command: readonly string[]
  readonly paths: Paths
  /** Where its output is kept. */
  readonly log: string
  /** The home unless given. */
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What it finds on its stdin; nothing unless given. */
  readonly input?: string
  /** Hears what it writes, as it comes. */
  readonly onOutput?: (chunk: Buffer, from: 'stdout' | 'stderr') => void
}

export interface CommandRun {
  /** TERM to all of its group, KILL after a grace, and to what has left the group; more calls change nothing. */
  stop(): void
  /** Resolves when nothing of its group lives. Never rejects. */
  readonly end: Promise<ChoreEnd>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

const GRACE_MS = 10_000
/** Who left the group may hold on to the output; it is not waited for longer than this. */
const OUTPUT_GRACE_MS = 1_000
/** A command that writes without end is slowed down before it slows the daemon. */
const SPATE_BYTES = 1024 * 1024
const SPATE_REST_MS = 50

export function startChoreCommand({ command, name, paths }: ChoreCommand): CommandRun {
  return startCommand({ command, paths, log: choreLogPath(paths, name) })
}

/** Runs a command in a group of its own, its output in a log that keeps beginning and end. */
export function startCommand(command: Command): CommandRun {
  try {
    return begin(command, openChoreLog(command.log))
  } catch (error) {
    return endedAtOnce({ kind: 'failed', reason: wordsOf(error) })
  }
}

function begin(command: Command, log: ChoreLog): CommandRun {
  const trace = leaveTrace(command.paths)
  const finish = (end: ChoreEnd): ChoreEnd => {
    trace.remove()
    log.close()
    return end
  }
  try {
    const child = launch(command, trace)
    pour(child.stdout, log, (chunk) => command.onOutput?.(chunk, 'stdout'))
    pour(child.stderr, log, (chunk) => command.onOutput?.(chunk, 'stderr'))
    return follow(child, trace, finish)
  } catch (error) {
    return endedAtOnce(finish({ kind: 'unstartable', reason: wordsOf(error) }))
  }
}

function launch({ command, paths, cwd, environment, input }: Command, trace: ChoreTrace): Child {
  const [program = '', ...args] = command
  const own = { ...trace.environment, CURFEW_HOME: paths.home }
  const child = spawn(program, args, {
    cwd: cwd ?? paths.home,
    detached: true,
    env: { ...houseEnvironment(process.env), ...environment, ...own },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // Who does not read it, or has gone, is free to.
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(input ?? '')
  if (child.pid === undefined) return child
  try {
    trace.started(child.pid)
    return child
  } catch (error) {
    signalGroup(child.pid, 'SIGKILL')
    throw error
  }
}

function follow(child: Child, trace: ChoreTrace, finish: (end: ChoreEnd) => ChoreEnd): CommandRun {
  const { pid } = child
  const { promise: overdue, resolve: hurry } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined

  function stop(): void {
    if (timer !== undefined || pid === undefined) return
    if (!isOver(child)) signalGroup(pid, 'SIGTERM')
    timer = setTimeout(() => {
      if (!isOver(child)) signalGroup(pid, 'SIGKILL')
      hurry()
    }, GRACE_MS)
  }

  async function ending(): Promise<ChoreEnd> {
    const end = await endOf(child)
    const isAsked = timer !== undefined
    if (pid !== undefined) await endRestOfGroup(pid, { graceMs: GRACE_MS, isAsked, overdue })
    if (isAsked) trace.endEscaped()
    clearTimeout(timer)
    await outputOf(child)
    return finish(end)
  }

  return {
    stop,
    end: ending().catch((error: unknown) => ({ kind: 'failed', reason: wordsOf(error) })),
  }
}

function endOf(child: Child): Promise<ChoreEnd> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(unstartable(child, error)))
    child.on('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal })
    })
  })
}

/** Resolves when all of its output is in the log, or is no longer waited for. */
function outputOf(child: Child): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const streams = [child.stdout, child.stderr]
  const end = (): void => {
    for (const stream of streams) stream.destroy()
    resolve()
  }
  const timer = setTimeout(end, OUTPUT_GRACE_MS)
  const look = (): void => {
    if (!streams.every((stream) => stream.closed)) return
    clearTimeout(timer)
    resolve()
  }
  for (const stream of streams) stream.on('close', look)
  look()
  return promise
}

function pour(stream: Readable, log: ChoreLog, hear: (chunk: Buffer) => void): void {
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    log.write(chunk)
    hear(chunk)
    bytes += chunk.length
    if (bytes < SPATE_BYTES) return
    bytes = 0
    stream.pause()
    setTimeout(() => stream.resume(), SPATE_REST_MS)
  })
}

function isOver({ exitCode, signalCode }: Child): boolean {
  return exitCode !== null || signalCode !== null
}

function endedAtOnce(end: ChoreEnd): CommandRun {
  return { stop: () => undefined, end: Promise.resolve(end) }
}

function unstartable(child: Child, error: unknown): ChoreEnd {
  const what = errorCode(error) === 'ENOENT' ? 'no such program' : reasonOf(error)
  return { kind: 'unstartable', reason: `${child.spawnfile}: ${what}` }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
