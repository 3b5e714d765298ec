import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Readable } from 'node:stream'
import { letGo } from '../let-go.ts'
import { failedDoing } from '../system-error.ts'
import type { Launcher, LaunchOrder, LaunchReply, Reach } from './launcher.ts'
import { LAUNCHING_PERL } from './waiter-launching.ts'
import { WAITING_PERL } from './waiter-waiting.ts'

export interface PerlLauncherOptions {
  readonly perl: string
  readonly home: string
  readonly jobs: string
  /** A command that runs the rest, such as systemd-run. */
  readonly wrap?: readonly string[]
  /** Do without the system calls of Linux, as on other systems. */
  readonly plain?: boolean
}

const HEADER_BYTES = 8
const READY_MS = 10_000

/** One perl that forks a waiter for each order: about a tenth of what a spawn costs us. */
export async function openPerlLauncher(options: PerlLauncherOptions): Promise<Launcher> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const script = LAUNCHING_PERL + WAITING_PERL
  const mode = options.plain === true ? 'plain' : 'full'
  const command = [...(options.wrap ?? []), options.perl, '-e', script, options.jobs, mode]
  const [program = options.perl, ...args] = command
  const child = spawn(program, args, {
    detached: true,
    cwd: '/',
    env: environmentFor(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  return await converse(child)
}

/** Its own, not the daemon's: perl must not be told to load anything. */
function environmentFor({ home, wrap }: PerlLauncherOptions): NodeJS.ProcessEnv {
  const own = {
    CURFEW_HOME: home,
    LC_ALL: 'C',
    LD_BIND_NOW: '1',
    PATH: '/usr/local/bin:/usr/bin:/bin',
  }
  if (wrap === undefined) return own
  const { XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = process.env
  return { ...own, XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS }
}

type Child = ChildProcessWithoutNullStreams

async function converse(child: Child): Promise<Launcher> {
  const { stdin, stdout, stderr } = child
  const waiting = new Map<string, (words: readonly string[]) => void>()
  let next = 1
  let ended: string | undefined
  let complaint = ''

  function end(why: string): void {
    ended ??= why
    for (const hear of waiting.values()) hear(['gone', ended])
    waiting.clear()
  }

  function ask(seq: string): Promise<readonly string[]> {
    return new Promise((resolve) => {
      waiting.set(seq, resolve)
      if (ended !== undefined) end(ended)
    })
  }

  stdin.on('error', (error) => end(error.message))
  child.on('error', (error) => end(error.message))
  child.on('close', (code, signal) => end(`it ended with ${signal ?? code} ${complaint}`.trim()))
  onLines(stderr, (line) => {
    complaint = line
  })
  onLines(stdout, (line) => {
    const [seq = '', ...words] = line.split(' ')
    waiting.get(seq)?.(words)
    waiting.delete(seq)
  })
  // It goes by itself when its stdin ends.
  letGo(child)
  const reach = await readyWithin(ask('ready'), child)

  return {
    reach,
    pid: child.pid ?? 0,
    isOpen: () => ended === undefined,
    launch: async (order, giveUp) => {
      const seq = String((next += 1))
      const answer = ask(seq)
      giveUp?.addEventListener('abort', () => {
        child.kill('SIGKILL')
        end('it did not answer')
      })
      if (ended === undefined) stdin.write(encode(seq, order))
      return toReply(await answer)
    },
    close: () => stdin.end(),
  }
}

async function readyWithin(ready: Promise<readonly string[]>, child: Child): Promise<Reach> {
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS)
  const [reach = 'gone', why = ''] = await ready
  clearTimeout(timer)
  if (reach === 'subreaper' || reach === 'scan') return reach
  throw failedDoing('starting the launcher of jobs', why)
}

/** Length, then fields that end in NUL bytes, which neither paths nor arguments can hold. */
function encode(seq: string, order: LaunchOrder): Buffer {
  const { paths, cgroup = '', logCapBytes, cwd, umask, argv } = order
  const mask = umask.toString(8)
  const fields = [
    paths.run,
    cgroup,
    String(logCapBytes),
    seq,
    paths.environment,
    cwd,
    mask,
    ...argv,
  ]
  const body = Buffer.from(fields.join('\0'))
  return Buffer.concat([Buffer.from(String(body.length).padStart(HEADER_BYTES)), body])
}

function toReply([word = '', detail = '', errno = '']: readonly string[]): LaunchReply {
  if (word === 'running' || word === 'taken') return { kind: word }
  if (word === 'failed') return { kind: 'failed', step: detail, errno: Number(errno) }
  return { kind: 'gone', why: detail }
}

function onLines(stream: Readable, hear: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) hear(line)
  })
}
