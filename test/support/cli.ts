import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Cleaning } from './cleaning.ts'
import { CURFEW, type House } from './house.ts'
import { type Program, startCommand } from './program.ts'
import { GIVE_UP_MS } from './wait-for.ts'

export interface CliOptions {
  /** On top of the house's environment; undefined takes a name away. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What it reads on stdin; nothing unless given. */
  readonly stdin?: string
  readonly timeoutMs?: number
  /** Another build than the one under test. */
  readonly entry?: readonly string[]
  /** What to run it under, such as `setpriv --reuid=65534`. */
  readonly under?: readonly string[]
}

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
}

/** Runs one command of curfew to its end; one that takes too long is killed, which is a failure. */
export async function runCurfew(
  house: House,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const { entry = CURFEW, under = [], timeoutMs = GIVE_UP_MS } = options
  const [command = '', ...rest] = [...under, ...entry, ...args]
  const began = performance.now()
  const child = spawn(command, rest, {
    cwd: options.cwd ?? house.folder,
    env: { ...house.env, ...options.env },
    stdio: 'pipe',
  })
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(options.stdin ?? '')
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeoutMs)
  const [code, signal]: [number | null, NodeJS.Signals | null] = await ended(child)
  clearTimeout(timer)
  const said = { stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
  if (late)
    throw new Error(`curfew ${args.join(' ')} took over ${timeoutMs} ms: ${JSON.stringify(said)}`)
  return { code, signal, ...said, tookMs: performance.now() - began }
}

/** Runs a command that prints JSON and gives what it printed, whatever its exit code. */
export async function runJson(
  house: House,
  args: readonly string[],
  options: CliOptions = {},
): Promise<{ code: number | null; value: unknown }> {
  const result = await runCurfew(house, args, options)
  try {
    return { code: result.code, value: JSON.parse(result.stdout) }
  } catch (error) {
    throw new Error(`curfew ${args.join(' ')} printed no JSON: ${JSON.stringify(result)}`, {
      cause: error,
    })
  }
}

/** Starts a command that goes on until it is ended, such as `events -f`. */
export function startCurfew(
  t: Cleaning,
  house: House,
  args: readonly string[],
  options: CliOptions = {},
): Program {
  const { entry = CURFEW, under = [] } = options
  const [command = '', ...rest] = [...under, ...entry, ...args]
  return startCommand(t, command, rest, {
    cwd: options.cwd ?? house.folder,
    env: { ...house.env, ...options.env },
  })
}

async function ended(
  child: ReturnType<typeof spawn>,
): Promise<[number | null, NodeJS.Signals | null]> {
  const [code, signal] = await once(child, 'close')
  return [code, signal]
}
