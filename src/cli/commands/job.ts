import { systemClock } from '../../host/clock.ts'
import { parseId } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { readJob } from '../read-jobs.ts'
import { renderJob } from '../render-job.ts'

export const defineJob: Define = (program, shell) => {
  program
    .command('job')
    .summary('all there is to tell of one job')
    .description('Shows one job: how it stands or ended, what it took, and its earlier attempts.')
    .argument('<id>', 'which job', parseId)
    .option('--json', 'print it as JSON (`curfew schema job`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options, id: number) => {
        const job = await readJob(shell.open(options), id)
        if (options.json === true) shell.out(`${JSON.stringify(job)}\n`)
        else shell.out(renderJob(job, systemClock.wallMs()))
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew job 12
  curfew job 12 --json | jq .exit_code`
