/** Stands ready and does with the lock what it is told, line by line; says one line of JSON for each. */
import { spawn } from 'node:child_process'
import { openSync, readSync } from 'node:fs'
import os from 'node:os'
import { createInterface } from 'node:readline'
import { type HomeLock, type LockAttempt, takeLock } from '../../src/host/lock-file.ts'

// Loaded beforehand, so that what is raced and measured is the lock.
import '../../src/formats/marker.ts'

const [barrier] = process.argv.slice(2)
const barrierFd = barrier === undefined ? undefined : openSync(barrier, 'r')
const startedAtMs = Date.now()
let lock: HomeLock | undefined

say({ pid: process.pid })
for await (const line of createInterface({ input: process.stdin })) {
  const [verb = '', ...rest] = line.split(' ')
  try {
    await obey(verb, rest)
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) })
  }
}

async function obey(
  verb: string,
  [argument = '', hostname = os.hostname()]: string[],
): Promise<void> {
  if (verb === 'take') return told(await take(argument, hostname))
  if (verb === 'race') {
    say({ ready: true })
    if (barrierFd !== undefined) readSync(barrierFd, Buffer.alloc(1), 0, 1, null)
    return told(await take(argument, hostname))
  }
  if (verb === 'check') return say(lock?.check())
  if (verb === 'release') return say({ released: lock?.release() === undefined })
  if (verb === 'collect') return say({ collected: forgetAndCollect() })
  if (verb === 'spawn') return say({ spawned: spawnChild(argument === 'detached') })
  if (verb === 'churn') return await churn(argument, hostname)
}

function take(home: string, hostname: string): Promise<LockAttempt> {
  const paths = { marker: `${home}/.locked`, database: `${home}/.lock.db` }
  return takeLock(paths, { hostname, version: '0.0.0-test', startedAtMs })
}

function told(attempt: LockAttempt): void {
  if (!attempt.held) return say({ held: false, holder: attempt.holder })
  lock = attempt.lock
  const { previous, notes } = attempt
  say({ held: true, previous, notes })
}

/** Takes and releases until it is killed, so that a kill finds it at any step. */
async function churn(home: string, hostname: string): Promise<void> {
  say({ churning: true })
  for (;;) {
    const attempt = await take(home, hostname)
    if (attempt.held) attempt.lock.release()
  }
}

function forgetAndCollect(): boolean {
  lock = undefined
  for (let times = 0; times < 5; times += 1) globalThis.gc?.()
  return globalThis.gc !== undefined
}

function spawnChild(detached: boolean): number | undefined {
  const child = spawn('sleep', ['60'], { detached, stdio: 'ignore' })
  child.unref()
  return child.pid
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value ?? null)}\n`)
}
