import { type CliOptions, type CliResult, runCurfew } from './cli.ts'
import { shareDaemon } from './shared-daemon.ts'

type Curfew = (...args: string[]) => Promise<CliResult>

/** Commands beside one daemon that all tests of a file share; `as` says once and for all who they are by. */
export function shareBoards() {
  const daemon = shareDaemon()
  const run = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    runCurfew(daemon.get().house, args, options)
  const as =
    (name: string): Curfew =>
    (...args) =>
      run(args, { env: { CURFEW_AGENT: name } })
  const curfew: Curfew = (...args) => run(args)
  return { daemon, run, curfew, as }
}
