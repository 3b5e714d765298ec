import { EXIT_CODES, ProblemError } from '../../domain/problem.ts'
import type { Define } from '../command-table.ts'
import { givenProgram } from '../given-program.ts'
import type { CommonOptions } from '../shell.ts'

interface HoldOptions extends CommonOptions {
  readonly why?: string
}

export const defineHold: Define = (program, shell) => {
  program
    .command('hold')
    .summary('nobody goes to bed while a command runs')
    .description(
      'Runs a command; as long as it runs the house stays awake. Ends with its exit code.',
    )
    .argument('<command...>', 'the program and its arguments, after --')
    .option('--why <TEXT>', 'what `curfew status` shows as the reason')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: HoldOptions, argv: string[]) => {
        const { client, paths } = shell.open(options)
        const { runHeld } = await import('../../client/hold.ts')
        if (options.why === '') throw new ProblemError(NO_REASON)
        const program = givenProgram(argv)
        const why = options.why ?? argv.join(' ')
        const onStopped = (): void => shell.note(STOPPED)
        const command = { why, argv: program, onStopped } as const
        const { code, reason } = await runHeld(client, paths, command)
        if (reason !== undefined) shell.note(`curfew: ${reason}`)
        return code
      }),
    )
}

const NO_REASON = {
  kind: 'usage',
  message: 'the reason is given as an empty text',
  hint: 'say why, or leave --why out',
} as const

const STOPPED = 'curfew: the daemon was stopped; the command goes on, and nothing is held'

const EXAMPLES = `
Examples:
  curfew hold -- make release
  curfew hold --why "nightly backup" -- ./backup.sh

It needs a daemon and starts one; where that is not allowed it exits ${EXIT_CODES.no_daemon} and runs nothing.
One that crashed or was restarted is held again; one that was stopped on purpose is left alone.`
