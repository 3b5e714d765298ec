import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import type { Launcher, LaunchOrder, LaunchReply } from './launcher.ts'
import { readEnvironment } from './read-environment.ts'
import { SHELL_WAITER } from './waiter-shell.ts'

/** Names that a shell can hold, but not those it keeps for itself. */
const NAME = /^[A-Za-z_]\w*$/
const ITS_OWN = new Set(['UID', 'EUID', 'PPID', 'SHELLOPTS', 'BASHOPTS', 'BASH_VERSINFO'])
const { ENOENT } = os.constants.errno
let opened = 0

/**
 * Where there is no perl: a shell for each job. It looks for escaped processes by their environment only, and
 * variables with names that a shell cannot hold are left out.
 */
export function openShellLauncher(shell = '/bin/sh'): Launcher {
  return {
    reach: 'scan',
    pid: 0,
    isOpen: () => true,
    launch: async (order, giveUp) => {
      const variables = openVariables(order)
      if (typeof variables !== 'number') return variables
      try {
        return await startWaiter(shell, order, variables, giveUp)
      } catch (error) {
        return failed('fork', error)
      } finally {
        closeSync(variables)
      }
    },
    close: () => undefined,
  }
}

/** In a file that has no name any more: values of the environment are kept in one place alone. */
function openVariables({ paths }: LaunchOrder): number | LaunchReply {
  const path = `${paths.run}/.variables-${process.pid}-${(opened += 1)}`
  let fd: number | undefined
  try {
    const environment = readEnvironment(paths)
    if (environment === undefined) return { kind: 'failed', step: 'env', errno: ENOENT }
    const variables = Object.entries(environment)
    const lines = variables
      .filter(([name]) => NAME.test(name) && !ITS_OWN.has(name))
      .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    fd = openSync(path, 'wx+', 0o600)
    writeFileSync(fd, lines.join(''))
    return fd
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    return failed('env', error)
  } finally {
    rmSync(path, { force: true })
  }
}

function startWaiter(
  shell: string,
  order: LaunchOrder,
  variables: number,
  signal: AbortSignal | undefined,
): Promise<LaunchReply> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const { paths, cwd, umask, logCapBytes, argv } = order
  const facts = [paths.run, cwd, umask.toString(8), String(logCapBytes)]
  return new Promise((resolve) => {
    const child = spawn(shell, ['-c', SHELL_WAITER, 'curfew-waiter', ...facts, ...argv], {
      detached: true,
      signal,
      killSignal: 'SIGKILL',
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe', variables],
    })
    let said = ''
    let complaint = ''
    child.unref()
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      complaint += chunk
    })
    child.on('error', (error) => resolve(failed('fork', error)))
    child.stdout?.on('close', () => resolve(toReply(said, complaint)))
  })
}

function toReply(said: string, complaint: string): LaunchReply {
  const [word = '', step = '', errno = ''] = said.trim().split(' ')
  if (word === 'running' || word === 'taken') return { kind: word }
  if (word === 'failed') return { kind: 'failed', step, errno: Number(errno) }
  return { kind: 'gone', why: complaint.trim() }
}

function failed(step: string, error: unknown): LaunchReply {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0
  return { kind: 'failed', step, errno: Math.abs(errno) }
}
