import { InvalidArgumentError } from 'commander'
import type { JobsInput } from '../../contract/jobs.ts'
import { given } from '../../domain/given.ts'
import { JOB_STATUSES, type JobStatus } from '../../domain/job.ts'
import { didYouMean } from '../../domain/nearest.ts'
import { systemClock } from '../../host/clock.ts'
import { parseId, parseLimit } from '../arguments.ts'
import { columns } from '../columns.ts'
import type { Define } from '../command-table.ts'
import { readJobs } from '../read-jobs.ts'
import { renderJobs } from '../render-jobs.ts'
import type { CommonOptions } from '../shell.ts'

interface JobsOptions extends CommonOptions, JobsInput {
  readonly limit: number
}

export const defineJobs: Define = (program, shell) => {
  program
    .command('jobs')
    .summary('which jobs run, wait, and ended how')
    .description('Lists jobs, newest first. With no daemon it reads what the last one left.')
    .option('--status <STATUS>', `only these: ${JOB_STATUSES.join(', ')}`, readStatus)
    .option('--session <ID>', 'only those of that session')
    .option('--group <NAME>', 'only those of that group')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--before <ID>', 'only jobs before this one', parseId)
    .option('--json', 'print them as JSON (`curfew schema jobs`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: JobsOptions) => {
        const { status, session, group, limit, before } = options
        const query = given({ status, session, group, limit, before })
        const jobs = await readJobs(shell.open(options), query)
        if (options.json === true) shell.out(`${JSON.stringify(jobs)}\n`)
        else if (jobs.length === 0) shell.note('there are no such jobs')
        else shell.out(renderJobs(jobs, systemClock.wallMs(), columns()))
        return 0
      }),
    )
}

function readStatus(text: string): JobStatus {
  const status = JOB_STATUSES.find((each) => each === text)
  if (status !== undefined) return status
  throw new InvalidArgumentError(
    `expected one of ${JOB_STATUSES.join(', ')}${didYouMean(text, JOB_STATUSES)}`,
  )
}

const EXAMPLES = `
Examples:
  curfew jobs
  curfew jobs --status running
  curfew jobs --session "$CURFEW_SESSION" -n 5
  curfew jobs --json | jq '.[] | select(.exit_code != 0)'`
