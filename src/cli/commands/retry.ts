import { parseId } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions } from '../shell.ts'
import { tellId } from '../tell-id.ts'

interface RetryOptions extends CommonOptions {
  readonly inPlace?: boolean
}

export const defineRetry: Define = (program, shell) => {
  program
    .command('retry')
    .summary('run a job that has ended once more; prints the id')
    .description(
      'Submits a job that has ended once more, with the same command, folder and environment: as a new one, or in its own place, where its earlier attempts are kept.',
    )
    .argument('<id>', 'which job', parseId)
    .option('--in-place', 'under the same id')
    .option('--json', 'print the job as JSON (`curfew schema run`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: RetryOptions, id: number) => {
        const { client } = shell.open(options)
        const job = await client.demand('retry', {
          id,
          in_place: options.inPlace === true,
          ticket: crypto.randomUUID(),
        })
        return tellId(shell, job, options.json === true)
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew retry 12
  curfew retry 12 --in-place
  curfew wait "$(curfew retry 12)"`
