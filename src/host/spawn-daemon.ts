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
  const clean = { ...houseEnvironment(environment), CURFEW_READY_FD: String(READY_FD) }
  return home === undefined ? clean : { ...clean, CURFEW_HOME: home }
}

/** What belongs to the house and not to whoever runs a command in it. */
export function houseEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) =>
      ['HOME', 'USER', 'PATH', 'LANG'].includes(name) ||
      name.startsWith('XDG_') ||
      (name.startsWith('CURFEW_') && !PERSONAL.has(name)),
  )
  return Object.fromEntries(kept)
}

type Child = ReturnType<typeof spawn>

function hearFrom(child: Child, stderrPath: string, timeoutMs: number): Promise<SpawnOutcome> {
  return new Promise((resolve) => {
    let heard = ''
    let settled = false
    const timer = setTimeout(() => done({ ready: 'late' }), timeoutMs)
    function done(outcome: SpawnOutcome): void {
      clearTimeout(timer)
      settled = true
      resolve(outcome)
    }
    child.stdio[READY_FD]?.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
      if (heard.endsWith('\n')) done(readMessage(heard))
    })
    child.on('error', (error) => done({ ready: 'ended', how: reasonOf(error), lastWords: '' }))
    child.on('close', (code, signal) => {
      if (settled) return
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`
      done({ ready: 'ended', how, lastWords: lastLine(stderrPath) })
    })
  })
}

function readMessage(text: string): SpawnOutcome {
  try {
    return JSON.parse(text) as ReadyMessage
  } catch (error) {
    return {
      ready: 'ended',
      how: `no word of a daemon: ${reasonOf(error)}`,
      lastWords: text.trim(),
    }
  }
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
  const lines = readIfThere(path).trimEnd().split('\n')
  return (
    lines.findLast((line) => line.startsWith('Error') || line.startsWith('curfew')) ??
    lines.at(-1) ??
    ''
  )
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return `its words in ${path} cannot be read: ${reasonOf(error)}`
  }
}
