import type { Define } from '../command-table.ts'
import { givenProgram } from '../given-program.ts'
import type { CommonOptions } from '../shell.ts'

interface AttendOptions extends CommonOptions {
  readonly label?: string
  readonly session?: string
  readonly activityOnOutput?: boolean
}

export const defineAttend: Define = (program, shell) => {
  const complain = (line: string): void => shell.note(`curfew: ${line}`)
  program
    .command('attend')
    .summary('run a command as a wrapper: the house sees it for as long as it lives')
    .description(
      'Runs a command with a heartbeat. Terminal, signals and exit code pass through; the daemon is started if it may be.',
    )
    .argument('<command...>', 'the program and its arguments, after --')
    .option('--label <TEXT>', 'what `curfew wrappers` calls it')
    .option('--session <ID>', 'the session it belongs to (default: CURFEW_SESSION)')
    .option('--activity-on-output', 'it counts as active only when it prints something')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: AttendOptions, argv: string[]) => {
        const { attendCommand } = await import('../../wrapper/attend-command.ts')
        const { client } = shell.open(options)
        const program = givenProgram(argv)
        const ensureDaemon = (): Promise<unknown> => client.ensure()
        return attendCommand({ ...options, ensureDaemon, complain }, program)
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew attend -- bash
  curfew attend --label "build watcher" -- npm run watch
  curfew attend --activity-on-output -- claude`
