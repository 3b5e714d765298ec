import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { callDaemon } from '../../src/client/call.ts'

const root = resolve(import.meta.dirname, '../..')

/** As it ships: built, under the very Node that runs the floors. */
export const CURFEW = [process.execPath, join(root, 'dist/main.cjs')]
/** As a user types it. */
export const LAUNCHER = [join(root, 'bin/curfew')]

const READY_TIMEOUT_MS = 20_000

/** A home of its own, and an environment that knows nothing else. */
export interface House extends Disposable {
  readonly home: string
  readonly socket: string
  readonly env: NodeJS.ProcessEnv
}

export function makeHouse(): House {
  const folder = mkdtempSync('/tmp/cf-')
  const home = join(folder, 'home')
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', CURFEW_HOME: home }
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return { home, socket: join(home, 'curfew.sock'), env, [Symbol.dispose]: remove }
}

/** A process that is ended when the measurement is over. */
export interface Resident extends AsyncDisposable {
  readonly pid: number
}

export function startResident(argv: readonly string[], env: NodeJS.ProcessEnv): Resident {
  const [command = '', ...args] = argv
  const child = spawn(command, args, { env, stdio: 'ignore' })
  if (child.pid === undefined) throw new Error(`could not start ${argv.join(' ')}`)
  return { pid: child.pid, [Symbol.asyncDispose]: () => end(child) }
}

/** A daemon in the foreground, once it answers. */
export async function startDaemon(house: House, extra: NodeJS.ProcessEnv = {}): Promise<Resident> {
  const daemon = startResident([...CURFEW, 'daemon'], { ...house.env, ...extra })
  const deadline = performance.now() + READY_TIMEOUT_MS
  while ((await callDaemon('hello', {}, { socket: house.socket })).kind !== 'ok') {
    if (performance.now() > deadline) throw new Error(`no daemon answers in ${house.home}`)
    await delay(10)
  }
  return daemon
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
