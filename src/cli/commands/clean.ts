import type { Define } from '../command-table.ts'
import { tellRemoved } from '../tell-jobs.ts'

export const defineClean: Define = (program, shell) => {
  program
    .command('clean')
    .summary('forget every ended job of which nobody has to be told any more')
    .description(
      'Forgets all jobs that have ended and of which nobody has to be told any more, with their output. Old ones go by themselves (`jobs.keepFor`, `jobs.keepMost`, `jobs.keepBytes`).',
    )
    .option('--json', 'print which went as JSON (`curfew schema removed-jobs`)')
    .addHelpText('after', '\nExamples:\n  curfew clean')
    .action(
      shell.run(async (options) => {
        const { client } = shell.open(options)
        return tellRemoved(shell, options, await client.demand('clean', {}))
      }),
    )
}
