import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onEnd, type Cleaning } from './cleaning.ts'
import { GIVE_UP_MS, waitFor } from './wait-for.ts'

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Run as another user (needs root). */
  readonly uid?: number
  readonly gid?: number
  readonly nodeArgs?: readonly string[]
}

export interface Program {
  readonly pid: number
  readonly child: ChildProcessWithoutNullStreams
  /** Everything it has written so far. */
  stdout(): string
  stderr(): string
  /** Whole lines of stdout so far. */
  lines(): string[]
  /** Resolves to the first line of stdout that starts with the prefix. */
  line(prefix: string, timeoutMs?: number): Promise<string>
  /** Resolves to the next line of stdout that was not handed out by this yet. */
  nextLine(): Promise<string>
  send(line: string): void
  /** Sends the signal (SIGKILL unless told) and resolves when the process is gone and reaped. */
  kill(signal?: NodeJS.Signals): Promise<Ended>
  /** Resolves when it has ended and its output is complete. */
  ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Path of a program in test/programs. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url))
}

/** Starts a script with the Node that runs the tests; it is killed and reaped when the test ends. */
export function startProgram(
  t: Cleaning,
  script: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Program {
  const { nodeArgs = [], ...spawnOptions } = options
  return startCommand(t, process.execPath, [...nodeArgs, script, ...args], spawnOptions)
}

/** The same for any command. */
export function startCommand(
  t: Cleaning,
  command: string,
  args: readonly string[],
  options: Omit<ProgramOptions, 'nodeArgs'> = {},
): Program {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
  const program = follow(child)
  onEnd(t, () => program.kill())
  return program
}

function follow(child: ChildProcessWithoutNullStreams): Program {
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  child.stdin.on('error', () => child.stdin.destroy())
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }))
  const lines = (): string[] => out().split('\n').slice(0, -1)
  return {
    pid: child.pid ?? failedToStart(child),
    child,
    stdout: out,
    stderr: err,
    lines,
    ended,
    send: (line) => void child.stdin.write(`${line}\n`),
    nextLine: oneByOne(child, err),
    line: (prefix, timeoutMs = GIVE_UP_MS) => firstLine(child, { lines, err, prefix, timeoutMs }),
    kill: (signal = 'SIGKILL') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      child.stdin.destroy()
      return ended
    },
  }
}

async function firstLine(
  child: ChildProcessWithoutNullStreams,
  about: { lines: () => string[]; err: () => string; prefix: string; timeoutMs: number },
): Promise<string> {
  const what = `a line "${about.prefix}…" from ${child.spawnargs.slice(1).join(' ')}`
  const line = await waitFor(
    () => {
      const found = about.lines().find((each) => each.startsWith(about.prefix))
      const over = child.exitCode !== null || child.signalCode !== null
      if (found === undefined && over && child.stdout.closed)
        throw new Error(
          `ended (${child.exitCode ?? child.signalCode}) without ${what}: ${about.err()}`,
        )
      return found === undefined ? undefined : { found }
    },
    { what, timeoutMs: about.timeoutMs, everyMs: 3 },
  )
  return line?.found ?? ''
}

/** Hands out lines in order, without polling. */
function oneByOne(child: ChildProcessWithoutNullStreams, err: () => string): () => Promise<string> {
  const waiting: string[] = []
  let tail = ''
  const sleepers: (() => void)[] = []
  const wake = (): void => {
    for (const sleeper of sleepers.splice(0)) sleeper()
  }
  child.stdout.on('data', (chunk: string) => {
    const parts = (tail + chunk).split('\n')
    tail = parts.pop() ?? ''
    waiting.push(...parts)
    wake()
  })
  child.stdout.on('close', wake)
  return async () => {
    while (waiting.length === 0) {
      if (child.stdout.closed)
        throw new Error(`${child.spawnargs.slice(1).join(' ')} ended: ${err()}`)
      await new Promise<void>((resolve) => sleepers.push(resolve))
    }
    return waiting.shift() ?? ''
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

function failedToStart(child: ChildProcessWithoutNullStreams): never {
  throw new Error(`could not start ${child.spawnfile}`)
}
