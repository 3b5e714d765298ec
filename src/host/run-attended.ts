import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fstatSync, readFileSync } from 'node:fs'
import os from 'node:os'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode, reasonOf } from './system-error.ts'

export interface AttendedCommand {
  readonly argv: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
  /** Called for every piece of output; the output then goes through us, and the child has no terminal for it. */
  readonly onOutput?: OnOutput | undefined
  /** Tell stdout and stderr apart, at the price of their order where both go to the same place. */
  readonly apart?: boolean | undefined
  readonly onStart: (pid: number) => void
  /** Called when it has ended, which may be before the last of its output is through. */
  readonly onEnd: () => void
  /** Called when we were stopped and go on. */
  readonly onContinue: () => void
}

type OnOutput = (bytes: Buffer, stream: 'stdout' | 'stderr') => void

/** The code that a shell would give for it; `reason` where it never ran. */
export interface Ending {
  readonly code: number
  readonly reason?: string | undefined
}

/** What a terminal sends to the whole foreground group: a child in it has had it already. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT', 'SIGWINCH'] as const
const FROM_PROGRAMS = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
const NOT_FOUND = 127
const NOT_STARTABLE = 126
const SIGNALLED = 128
const PS_TIMEOUT_MS = 5_000
/** Output of processes that outlive the child is passed on as long as it keeps coming this fast. */
const QUIET_MS = 200

/** Runs a command as if it had been started in our place: its stdio, signals and exit code are passed on. */
export async function runAttended(command: AttendedCommand): Promise<Ending> {
  let child: ChildProcess | undefined
  // Before the start: a signal that comes in between waits, as everything does, until we let go.
  const stopForwarding = forwardSignals((signal) => child?.kill(signal), command.onContinue)
  try {
    child = start(command)
    const drain = command.onOutput === undefined ? undefined : passOutput(child, command.onOutput)
    if (child.pid !== undefined) command.onStart(child.pid)
    const ending = await endOf(child, command.argv[0])
    command.onEnd()
    await drain?.()
    return ending
  } catch (error) {
    if (child === undefined) return unstartable(command.argv[0], error)
    throw error
  } finally {
    stopForwarding()
  }
}

function start({ argv, env, onOutput, apart = false }: AttendedCommand): ChildProcess {
  const joined = onOutput !== undefined && !apart && isOneOutput()
  const [file, ...args] = joined ? joinOutputs(argv) : argv
  const through = onOutput === undefined ? 'inherit' : 'pipe'
  return spawn(file, args, { env, stdio: ['inherit', through, through] })
}

/** Both go to the same place, where their order would be lost if they went through two pipes. */
function isOneOutput(): boolean {
  try {
    const [out, err] = [fstatSync(1), fstatSync(2)]
    return out.dev === err.dev && out.ino === err.ino
  } catch (error) {
    if (errorCode(error) === 'EBADF') return false
    throw error
  }
}

function joinOutputs(argv: readonly string[]): [string, ...string[]] {
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv]
}

function endOf(child: ChildProcess, name: string): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(unstartable(name, error)))
    child.once('exit', (code, signal) => {
      const number = signal === null ? 0 : os.constants.signals[signal]
      resolve({ code: code ?? SIGNALLED + number })
    })
  })
}

function unstartable(name: string, error: unknown): Ending {
  if (errorCode(error) === 'ENOENT')
    return { code: NOT_FOUND, reason: `${name}: command not found` }
  const reason = errorCode(error) === 'EACCES' ? 'not executable' : reasonOf(error)
  return { code: NOT_STARTABLE, reason: `${name}: ${reason}` }
}

/** Gives back what ends it. */
function forwardSignals(
  forward: (signal: NodeJS.Signals) => unknown,
  onContinue: () => void,
): () => void {
  const handlers = new Map<NodeJS.Signals, () => void>()
  for (const signal of FROM_PROGRAMS) handlers.set(signal, () => void forward(signal))
  for (const signal of FROM_TERMINAL) {
    handlers.set(signal, () => void (sharesForeground() || forward(signal)))
  }
  handlers.set('SIGTSTP', () => {
    if (!sharesForeground()) forward('SIGTSTP')
    stopOurselves(handlers.get('SIGTSTP'))
  })
  handlers.set('SIGCONT', () => {
    forward('SIGCONT')
    onContinue()
  })
  for (const [signal, handler] of handlers) process.on(signal, handler)
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}

/** Without the listener the signal does what it is for; the shell sees that its job was stopped. */
function stopOurselves(listener: (() => void) | undefined): void {
  if (listener === undefined) return
  process.off('SIGTSTP', listener)
  process.kill(process.pid, 'SIGTSTP')
  process.on('SIGTSTP', listener)
}

/** Whether what is typed at the terminal reaches the child without us. */
function sharesForeground(): boolean {
  const fields = process.platform === 'linux' ? groupsInProc() : groupsWithPs()
  const [group, foreground] = fields
  return group !== undefined && group > 0 && group === foreground
}

function groupsInProc(): (number | undefined)[] {
  const line = readFileSync('/proc/self/stat', 'latin1')
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return [Number(fields[2]), Number(fields[5])]
}

function groupsWithPs(): (number | undefined)[] {
  const args = ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)]
  const { stdout } = spawnSync('/bin/ps', args, { encoding: 'utf8', timeout: PS_TIMEOUT_MS })
  return (stdout ?? '').trim().split(/\s+/).map(Number)
}

/** Gives back what waits until all that the child wrote was handed on. */
function passOutput(child: ChildProcess, onOutput: OnOutput): () => Promise<void> {
  const passages = (['stdout', 'stderr'] as const).flatMap((stream) => {
    const from = child[stream]
    const tell = (bytes: Buffer): void => onOutput(bytes, stream)
    return from === null ? [] : [pass(from, process[stream], tell)]
  })
  return async () => {
    await Promise.all(passages.map((finish) => finish()))
  }
}

function pass(
  from: Readable,
  to: NodeJS.WriteStream,
  onOutput: (bytes: Buffer) => void,
): () => Promise<void> {
  let chunks = 0
  from.on('data', (bytes: Buffer) => {
    chunks += 1
    onOutput(bytes)
  })
  from.pipe(to, { end: false })
  // Nobody reads it any more: the child finds out the next time it writes.
  const giveUp = (): unknown => from.destroy()
  to.once('error', giveUp)
  return async () => {
    for (let before = -1; !from.closed && before !== chunks;) {
      before = to.writableNeedDrain ? -1 : chunks
      await Promise.race([once(from, 'close'), delay(QUIET_MS)])
    }
    from.destroy()
    to.off('error', giveUp)
  }
}
