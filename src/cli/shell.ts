import type { Command } from 'commander'
import { type Client, createClient } from '../client/client.ts'
import { type Paths, resolvePaths } from '../host/paths.ts'
import { writeNote, writeOut } from './write-out.ts'

/** Options that every command takes. */
export interface CommonOptions {
  readonly home?: string
  readonly json?: boolean
}

/** What a command has to work with. */
export interface House {
  readonly paths: Paths
  readonly client: Client
}

/** The world around a command: where words and data go. */
export interface Shell {
  readonly environment: NodeJS.ProcessEnv
  /** Data: to stdout. */
  out(text: string): void
  /** Words: to stderr. */
  note(line: string): void
  open(options: CommonOptions): House
  /** Makes a commander action of one that takes all options first, then the arguments, and resolves with its exit code. */
  run<Options extends CommonOptions, Args extends unknown[]>(
    action: (options: Options, ...args: Args) => Promise<number>,
  ): (...raw: unknown[]) => Promise<void>
  exitCode(): number
}

export function createShell(environment: NodeJS.ProcessEnv): Shell {
  let exitCode = 0
  return {
    environment,
    out: writeOut,
    note: writeNote,
    open: (options) => open(options, environment),
    run: <Options extends CommonOptions, Args extends unknown[]>(
      action: (options: Options, ...args: Args) => Promise<number>,
    ) => {
      // Commander hands over the arguments, then the options, then the command itself.
      return async (...raw: unknown[]) => {
        const command = raw.at(-1) as Command
        const args = raw.slice(0, -2) as Args
        exitCode = await action(command.optsWithGlobals<Options>(), ...args)
      }
    },
    exitCode: () => exitCode,
  }
}

function open(options: CommonOptions, environment: NodeJS.ProcessEnv): House {
  const paths = resolvePaths(options.home, environment)
  const chosen = options.home !== undefined || (environment.CURFEW_HOME ?? '') !== ''
  const client = createClient({
    paths,
    environment,
    command: { argv: ownCommand(), home: chosen ? paths.home : undefined },
    mayStart: async () => {
      const { mayStartDaemon } = await import('../offline/may-start.ts')
      return mayStartDaemon(paths, environment)
    },
  })
  return { paths, client }
}

/** How this very program was started, so that the daemon is of the same build. */
function ownCommand(): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '']
}
