import { ProblemError, type Problem, EXIT_CODES } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import type { Paths } from '../host/paths.ts'
import { openReadyChannel } from '../host/ready-channel.ts'
import { type Daemon, startDaemon } from './start.ts'

/** Leaving takes no longer than this, whatever hangs. */
const LEAVE_DEADLINE_MS = 15_000

/** Runs the daemon in the foreground; resolves with its exit code when it is gone. */
export async function runDaemon(paths: Paths, say: (line: string) => void): Promise<number> {
  const environment = process.env
  const tellStarter = openReadyChannel(environment)
  try {
    const daemon = await startDaemon(paths, environment)
    heed(daemon)
    tellStarter({ ready: true, pid: daemon.self.pid })
    say(`curfew ${daemon.self.version} looks after ${printableLine(paths.home)}; Ctrl-C ends it`)
    return await daemon.gone
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    tellStarter({ ready: false, problem: error.problem })
    return refuse(error.problem, say)
  }
}

function refuse({ kind, message, hint }: Problem, say: (line: string) => void): number {
  say(`curfew: ${message}${hint === undefined ? '' : `; ${hint}`}`)
  return EXIT_CODES[kind]
}

function heed(daemon: Daemon): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      daemon.stop(`signal ${signal}`)
      setTimeout(() => process.exit(1), LEAVE_DEADLINE_MS).unref()
    })
  }
  process.on('SIGHUP', () => daemon.reload())
  process.on('uncaughtException', (error) => daemon.bug(error))
  process.on('unhandledRejection', (error) => daemon.bug(error))
  // A terminal that was closed must not take the daemon with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stream.destroy())
}
