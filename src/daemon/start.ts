import os from 'node:os'
import { prepareHome } from '../host/home.ts'
import { systemClock } from '../host/clock.ts'
import { selfIdentity } from '../host/identity.ts'
import { type HomeLock, type Previous, takeLock } from '../host/lock-file.ts'
import { type LogFile, openLogFile } from '../host/log-file.ts'
import type { Paths } from '../host/paths.ts'
import { createLog, type Log } from '../log.ts'
import type { DaemonSelf } from '../operations/deps.ts'
import { VERSION } from '../version.ts'
import { type ConfigKeeper, keepConfig } from './current-config.ts'
import { furnish } from './furnish.ts'
import { heldProblem } from './held-problem.ts'

export interface Daemon {
  readonly self: DaemonSelf
  reload(): void
  /** Begins to leave; more calls change nothing. */
  stop(why: string): void
  /** A mistake in the program: told, then the daemon leaves so that a fresh one can take over. */
  bug(error: unknown): void
  /** Resolves once everything is let go. */
  readonly gone: Promise<Gone>
}

export interface Gone {
  readonly code: number
  readonly why: string
  /** It went to sleep, and somebody called before it was quite gone. */
  readonly again: boolean
}

/** What stands before the first piece of furniture: a home that is ours alone, and a log. */
export interface Ground {
  readonly paths: Paths
  readonly config: ConfigKeeper
  readonly self: DaemonSelf
  readonly lock: HomeLock
  readonly previous: Previous | null
  /** What was found out of order on the way and put right. */
  readonly notes: readonly string[]
  readonly logFile: LogFile
  readonly log: Log
}

type Environment = Readonly<Record<string, string | undefined>>

const LOG_NAME = 'curfew.log'
const LOG_LIMITS = { maxBytes: 8 * 1024 * 1024, keep: 3 }

/** Home, lock, store, recover, listen, loop: in this order, and undone in reverse. */
export async function startDaemon(paths: Paths, environment: Environment): Promise<Daemon> {
  process.umask(0o077)
  prepareHome(paths)
  const undo = new AsyncDisposableStack()
  try {
    return await furnish(undo, await layGround(undo, paths, environment))
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

async function layGround(
  undo: AsyncDisposableStack,
  paths: Paths,
  environment: Environment,
): Promise<Ground> {
  const config = await keepConfig(paths.config, environment)
  const self = describeSelf(paths)
  const attempt = await takeLock(
    { marker: paths.marker, database: paths.lockDatabase },
    { hostname: self.host, version: VERSION, startedAtMs: self.startedAtMs },
  )
  if (!attempt.held) throw heldProblem(paths.home, attempt.holder)
  const { lock, notes, previous } = attempt
  undo.defer(() => lock.release())
  const logFile = openLogFile(paths.log, LOG_NAME, LOG_LIMITS)
  undo.defer(() => logFile.close())
  const log = createLog(logFile, config.now().config.log.level)
  return { paths, config, self, lock, previous, notes, logFile, log }
}

function describeSelf(paths: Paths): DaemonSelf {
  return {
    ...selfIdentity(),
    version: VERSION,
    host: os.hostname(),
    home: paths.home,
    startedAtMs: systemClock.wallMs(),
  }
}
