import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'
import { tellRemoved } from '../tell-jobs.ts'

export const defineRemove: Define = (program, shell) => {
  program
    .command('remove')
    .summary('forget jobs that have ended, with their output')
    .description('Forgets jobs that have ended, and deletes their folders with the output in it.')
    .argument('<ids...>', 'which jobs', collectIds)
    .option('--json', 'print which went as JSON (`curfew schema removed-jobs`)')
    .addHelpText('after', '\nExamples:\n  curfew remove 12\n  curfew remove 12 13 14')
    .action(
      shell.run(async (options, ids: number[]) => {
        const { client } = shell.open(options)
        return tellRemoved(shell, options, await client.demand('remove', { ids }))
      }),
    )
}
