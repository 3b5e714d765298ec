import { given } from '../../domain/given.ts'
import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'
import { tellJobs } from '../tell-jobs.ts'
import type { CommonOptions } from '../shell.ts'

interface KillOptions extends CommonOptions {
  readonly signal?: string
}

export const defineKill: Define = (program, shell) => {
  program
    .command('kill')
    .summary('end jobs and everything they started')
    .description(
      'Sends TERM to the processes of a job, KILL to what is left after a grace (`jobs.killGrace`), and finds what slipped away from its group. A job that waits is taken from the queue. With another signal it can also be only told something.',
    )
    .argument('<ids...>', 'which jobs', collectIds)
    .option('-s, --signal <SIGNAL>', 'what to send first, such as INT, KILL or USR1')
    .option('--json', 'print the jobs as JSON (`curfew schema jobs`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: KillOptions, ids: number[]) => {
        const { client } = shell.open(options)
        const { signal } = options
        return tellJobs(shell, options, await client.demand('kill', { ids, ...given({ signal }) }))
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew kill 12
  curfew kill 12 13 --signal KILL      at once, without a grace
  curfew kill 12 --signal USR1         only tells it
  curfew kill 12 && curfew wait 12     returns when nothing of it is left`
