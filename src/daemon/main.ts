import { ProblemError, type Problem, EXIT_CODES } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { keepHeapSmall } from '../host/heap.ts'
import type { Paths } from '../host/paths.ts'
import { openReadyChannel } from '../host/ready-channel.ts'
import { type Daemon, startDaemon } from './start.ts'

/** Leaving takes no longer than this, whatever hangs. */
const LEAVE_DEADLINE_MS = 40_000

/** Runs the daemon in the foreground until it is gone, and the process with it; resolves only where it could not start. */
export async function runDaemon(paths: Paths, say: (line: string) => void): Promise<number> {
  const environment = process.env
  const tellStarter = openReadyChannel(environment)
  try {
    let daemon = await startDaemon(paths, environment)
    const asked = heed(() => daemon)
    tellStarter({ ready: true, pid: daemon.self.pid })
    keepHeapSmall()
    say(`curfew ${daemon.self.version} looks after ${printableLine(paths.home)}; Ctrl-C ends it`)
    let gone = await daemon.gone
    while (gone.again && asked() === undefined) {
      daemon = await startDaemon(paths, environment)
      const late = asked()
      if (late !== undefined) daemon.stop(late)
      gone = await daemon.gone
    }
    const { code, why } = gone
    say(`curfew has left: ${printableLine(why)}`)
    // At once: a signal that hits while Node takes itself apart would count as the way we ended.
    process.exit(code)
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

/** Signals go to the daemon that is there now. Gives back what tells whether one asked to stop. */
function heed(daemon: () => Daemon): () => string | undefined {
  let asked: string | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked !== undefined) return
      asked = `signal ${signal}`
      daemon().stop(asked)
      setTimeout(() => process.exit(1), LEAVE_DEADLINE_MS).unref()
    })
  }
  process.on('SIGHUP', () => daemon().reload())
  process.on('uncaughtException', (error) => daemon().bug(error))
  process.on('unhandledRejection', (error) => daemon().bug(error))
  // A terminal that was closed must not take the daemon with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stream.destroy())
  return () => asked
}
