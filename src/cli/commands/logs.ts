import type { JobView, LogView } from '../../contract/jobs.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Define } from '../command-table.ts'
import { lookUpJob, unlessSilent } from '../read-jobs.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean
  readonly lines?: number
  readonly raw?: boolean
  readonly attempt?: number
}

const LINES_AS_JSON = 100

export const defineLogs: Define = async (program, shell) => {
  const { parseCount, parseId } = await import('../arguments.ts')
  program
    .command('logs')
    .summary('what a job has written')
    .description(
      'Prints the output of a job, stdout and stderr in the order written. On a terminal what could steer it is shown as text.',
    )
    .argument('<id>', 'which job', parseId)
    .option('-f, --follow', 'go on until the job is over and all was shown')
    .option('-n, --lines <N>', 'only the last N lines', parseCount)
    .option('--attempt <N>', 'of an earlier attempt', parseId)
    .option('--raw', 'as it was written, escape sequences and all')
    .option('--json', `print the last lines (${LINES_AS_JSON} unless -n says) as JSON`)
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: LogsOptions, id: number) => logs(shell, options, id)))
}

/** For a line that is no more than `logs ID`, with or without `-n N`. */
export function logsPlainly(
  shell: Shell,
  options: LogsOptions,
  [id]: readonly string[],
): Promise<number> {
  return logs(shell, options, Number(id))
}

async function logs(shell: Shell, options: LogsOptions, id: number): Promise<number> {
  const house = shell.open(options)
  if (options.follow === true && options.json === true) throw new ProblemError(NOT_BOTH)
  const job = await lookUpJob(house, id)
  const attempt = attemptOf(job, options)
  if (options.json === true) {
    shell.out(`${JSON.stringify(await viewOf(house, id, attempt, options))}\n`)
    return 0
  }
  const wishes = { id, lines: options.lines, raw: options.raw === true }
  if (options.follow === true) {
    const { followJob } = await import('../follow-job.ts')
    await followJob(shell, house, { ...wishes, attempt: options.attempt })
    return 0
  }
  const { readJobLog } = await import('../../offline/job-log.ts')
  const { showOutput } = await import('../show-output.ts')
  const some = await showOutput(readJobLog(house.paths, { ...wishes, attempt }), wishes)
  if (!some && options.lines !== 0)
    shell.note(`curfew: there is no output of job ${id} (${job.status})`)
  return 0
}

function attemptOf(job: JobView, { attempt }: LogsOptions): number {
  if (attempt === undefined || attempt <= job.attempt) return attempt ?? job.attempt
  throw new ProblemError({
    kind: 'not_found',
    message: `there is no attempt ${attempt} of job ${job.id}: it is at ${job.attempt}`,
    hint: `\`curfew job ${job.id}\` lists them`,
  })
}

async function viewOf(
  { client, paths }: House,
  id: number,
  attempt: number,
  { lines = LINES_AS_JSON }: LogsOptions,
): Promise<LogView> {
  const live = await unlessSilent(client.ask('logs', { id, attempt, lines }))
  if (live !== undefined) return live
  const { viewJobLog } = await import('../../offline/job-log.ts')
  return viewJobLog(paths, { id, attempt, lines })
}

const NOT_BOTH = {
  kind: 'usage',
  message: 'what follows is the output itself, so there is no place for --json',
  hint: 'use --json without -f',
} as const

const EXAMPLES = `
Examples:
  curfew logs 12
  curfew logs 12 -f
  curfew logs 12 -n 20
  curfew logs 12 --raw | less -R
  curfew logs 12 > all-of-it.txt`
