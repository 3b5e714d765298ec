import { readFileSync, writeFileSync } from 'node:fs'
import { failedDoing } from '../system-error.ts'
import { decodeEnvironment } from './job-environment.ts'
import type { Launcher, LaunchOrder, LaunchReply } from './launcher.ts'
import { SHELL_WAITER } from './waiter-shell.ts'

/** Names that a shell can hold, but not those it keeps for itself. */
const NAME = /^[A-Za-z_]\w*$/
const ITS_OWN = new Set(['UID', 'EUID', 'PPID', 'SHELLOPTS', 'BASHOPTS', 'BASH_VERSINFO'])

/**
 * Where there is no perl: a shell for each job. It looks for escaped processes by their environment only, and
 * variables with names that a shell cannot hold are left out.
 */
export function openShellLauncher(shell = '/bin/sh'): Launcher {
  return {
    reach: 'scan',
    pid: 0,
    isOpen: () => true,
    launch: async (order) => {
      writeVariables(order)
      return await startWaiter(shell, order)
    },
    close: () => undefined,
  }
}

function writeVariables({ paths }: LaunchOrder): void {
  const path = `${paths.run}/env.sh`
  try {
    const variables = Object.entries(decodeEnvironment(readFileSync(paths.environment, 'utf8')))
    const lines = variables
      .filter(([name]) => NAME.test(name) && !ITS_OWN.has(name))
      .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    writeFileSync(path, lines.join(''), { mode: 0o600 })
  } catch (error) {
    throw failedDoing(`writing ${path}`, error)
  }
}

function startWaiter(shell: string, order: LaunchOrder): Promise<LaunchReply> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const { paths, cwd, umask, logCapBytes, argv } = order
  const facts = [paths.run, cwd, umask.toString(8), String(logCapBytes)]
  return new Promise((resolve) => {
    const child = spawn(shell, ['-c', SHELL_WAITER, 'curfew-waiter', ...facts, ...argv], {
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let complaint = ''
    child.unref()
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint += chunk
    })
    child.on('error', (error) => resolve(cannotSpawn(error)))
    child.stdout.on('close', () => resolve(toReply(said, complaint)))
  })
}

function toReply(said: string, complaint: string): LaunchReply {
  const [word = '', step = '', errno = ''] = said.trim().split(' ')
  if (word === 'running' || word === 'taken') return { kind: word }
  if (word === 'failed') return { kind: 'failed', step, errno: Number(errno) }
  return { kind: 'gone', why: complaint.trim() }
}

function cannotSpawn(error: NodeJS.ErrnoException): LaunchReply {
  return { kind: 'failed', step: 'fork', errno: Math.abs(error.errno ?? 0) }
}
