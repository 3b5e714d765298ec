import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
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

export interface CommandRun {
  /** TERM to all of its group, KILL after a grace; more calls change nothing. */
  stop(): void
  /** Resolves when nothing of its group lives. Never rejects. */
  readonly end: Promise<ChoreEnd>
}

type Child = ChildProcessByStdio<null, Readable, Readable>

const GRACE_MS = 10_000
/** Who left the group may hold on to the output; it is not waited for longer than this. */
const OUTPUT_GRACE_MS = 1_000
/** A command that writes without end is slowed down before it slows the daemon. */
const SPATE_BYTES = 1024 * 1024
const SPATE_REST_MS = 50

/** Runs a command in a group of its own, its output in a log that keeps beginning and end. */
export function startChoreCommand({ command, name, paths }: ChoreCommand): CommandRun {
  try {
    const log = openChoreLog(choreLogPath(paths, name))
    return begin(command, log, paths)
  } catch (error) {
    return endedAtOnce({ kind: 'failed', reason: wordsOf(error) })
  }
}

function begin(command: readonly string[], log: ChoreLog, paths: Paths): CommandRun {
  const trace = leaveTrace(paths)
  const finish = (end: ChoreEnd): ChoreEnd => {
    trace.remove()
    log.close()
    return end
  }
  try {
    const child = launch(command, paths, trace)
    for (const stream of [child.stdout, child.stderr]) pour(stream, log)
    return follow(child, finish)
  } catch (error) {
    return endedAtOnce(finish({ kind: 'unstartable', reason: wordsOf(error) }))
  }
}

function launch(
  [program = '', ...args]: readonly string[],
  paths: Paths,
  trace: ChoreTrace,
): Child {
  const child = spawn(program, args, {
    cwd: paths.home,
    detached: true,
    env: { ...houseEnvironment(process.env), ...trace.environment, CURFEW_HOME: paths.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid === undefined) return child
  try {
    trace.started(child.pid)
    return child
  } catch (error) {
    signalGroup(child.pid, 'SIGKILL')
    throw error
  }
}

function follow(child: Child, finish: (end: ChoreEnd) => ChoreEnd): CommandRun {
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

function pour(stream: Readable, log: ChoreLog): void {
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    log.write(chunk)
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
