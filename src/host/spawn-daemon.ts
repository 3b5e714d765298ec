import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { Paths } from './paths.ts'
import { READY_FD, type ReadyMessage } from './ready-channel.ts'
import { failedDoing, reasonOf } from './system-error.ts'

export interface DaemonCommand {
  /** The program and its arguments up to the word `daemon`. */
  readonly argv: readonly string[]
  /** Given when the home was chosen, not the platform's own. */
  readonly home: string | undefined
}

export type SpawnOutcome =
  | ReadyMessage
  /** It ended without a word. */
  | { readonly ready: 'ended'; readonly how: string; readonly lastWords: string }
  | { readonly ready: 'late' }

const STARTED_LOG = 'daemon.stderr'
const MOST_STDERR_BYTES = 256 * 1024
/** Names that belong to whoever runs the client, not to the house. */
const PERSONAL = new Set(['CURFEW_SESSION', 'CURFEW_AGENT', 'CURFEW_WRAPPER', 'CURFEW_JOB'])

/** Starts a daemon that outlives us and waits until it is ready or says why not. */
export async function spawnDaemon(
  command: DaemonCommand,
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<SpawnOutcome> {
  const stderr = openStderr(paths)
  const [program = process.execPath, ...rest] = command.argv
  const child = spawn(program, [...rest, 'daemon'], {
    detached: true,
    cwd: paths.home,
    env: cleanEnvironment(environment, command.home),
    stdio: ['ignore', stderr, stderr, 'pipe'],
  })
  closeSync(stderr)
  const outcome = await hearFrom(child, join(paths.log, STARTED_LOG), timeoutMs)
  child.stdio[READY_FD]?.destroy()
  child.unref()
  return outcome
}

/** What a daemon started by a client may know of that client's environment. */
export function cleanEnvironment(
  environment: NodeJS.ProcessEnv,
  home: string | undefined,
): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) =>
      ['HOME', 'USER', 'PATH', 'LANG'].includes(name) ||
      name.startsWith('XDG_') ||
      (name.startsWith('CURFEW_') && !PERSONAL.has(name)),
  )
  const clean = { ...Object.fromEntries(kept), CURFEW_READY_FD: String(READY_FD) }
  return home === undefined ? clean : { ...clean, CURFEW_HOME: home }
}

type Child = ReturnType<typeof spawn>

function hearFrom(child: Child, stderrPath: string, timeoutMs: number): Promise<SpawnOutcome> {
  return new Promise((resolve) => {
    let heard = ''
    const timer = setTimeout(() => resolve({ ready: 'late' }), timeoutMs)
    function done(outcome: SpawnOutcome): void {
      clearTimeout(timer)
      resolve(outcome)
    }
    child.stdio[READY_FD]?.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
      if (heard.endsWith('\n')) done(JSON.parse(heard) as ReadyMessage)
    })
    child.on('error', (error) => done({ ready: 'ended', how: reasonOf(error), lastWords: '' }))
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`
      done({ ready: 'ended', how, lastWords: lastLine(stderrPath) })
    })
  })
}

function openStderr(paths: Paths): number {
  const path = join(paths.log, STARTED_LOG)
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants
  try {
    const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
    if (statSync(path).size > MOST_STDERR_BYTES) truncateSync(path)
    return fd
  } catch (error) {
    throw failedDoing(`opening ${path}`, error, 'make room, or make the folder writable')
  }
}

function lastLine(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.findLast((line) => line.startsWith('Error') || line.startsWith('curfew')) ?? lines.at(-1) ?? ''
}
