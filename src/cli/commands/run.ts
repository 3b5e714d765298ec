import type { Command } from 'commander'
import { inheritedBy } from '../../client/run-input.ts'
import type { JobView, RunInput } from '../../contract/jobs.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Define } from '../command-table.ts'
import type { WishOptions } from '../job-wishes.ts'
import { ownFolder } from '../own-folder.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'
import { tellId } from '../tell-id.ts'

interface RunOptions extends CommonOptions, WishOptions {
  readonly shell?: string
  readonly session?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly wait?: boolean
  readonly follow?: boolean
  readonly raw?: boolean
}

export const defineRun: Define = async (program, shell) => {
  const { addWishes } = await import('../job-wishes.ts')
  const command = program
    .command('run')
    .summary('start a job that outlives you, or queue it; prints its id')
    .description(
      'Submits a job and prints its id. It gets your folder and environment, reads nothing, and its output is kept. It goes on when you, this terminal or the daemon are gone.',
    )
    .argument('[command...]', 'the program and its arguments, after --; passed on as they are')
    .option('--shell <LINE>', 'a line for bash (sh where there is none) instead of a command')
    .option('--session <ID>', 'whom it belongs to (default: CURFEW_SESSION)')
  addOwn(addWishes(command))
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: RunOptions, argv: string[]) => run(shell, options, argv)))
}

/** For a line that is no more than `run -- CMD`, with or without `--json`. */
export async function runPlainly(
  shell: Shell,
  options: CommonOptions,
  argv: readonly string[],
): Promise<number> {
  if (argv.length === 0) throw new ProblemError(NOTHING_TO_RUN)
  const house = shell.open(options)
  const input = { ...inheritedBy(shell.environment, ownFolder()), command: argv }
  return tellId(shell, await house.client.demand('run', input), options.json === true)
}

function addOwn(command: Command): Command {
  return command
    .option('--cwd <DIR>', 'where it runs (default: here)')
    .option('--env <NAME=VALUE>', 'on top of your environment; may be repeated', collectVariable)
    .option('--keep-awake', 'keep the machine from idle sleep while it runs')
    .option('--wait', 'wait for its end and end with its exit code')
    .option('--follow', 'the same, and show its output as it comes')
    .option('--raw', 'with --follow: do not make its output harmless for this terminal')
    .option('--json', 'print the job as JSON (`curfew schema run`)')
}

async function run(shell: Shell, options: RunOptions, argv: readonly string[]): Promise<number> {
  const input = await inputOf(shell, options, argv)
  if (options.follow === true && options.json === true) throw new ProblemError(NOT_BOTH)
  const house = shell.open(options)
  const job = await house.client.demand('run', input)
  if (options.follow === true || options.wait === true) return stay(shell, house, options, job)
  return tellId(shell, job, options.json === true)
}

async function inputOf(
  shell: Shell,
  options: RunOptions,
  argv: readonly string[],
): Promise<RunInput> {
  if (argv.length === 0 && options.shell === undefined) throw new ProblemError(NOTHING_TO_RUN)
  const { wishesOf } = await import('../job-wishes.ts')
  const inherited = inheritedBy(shell.environment, ownFolder(options.cwd))
  return {
    ...inherited,
    ...(options.env === undefined ? {} : { set_env: options.env }),
    ...(options.session === undefined ? {} : { session: options.session }),
    ...wishesOf(options),
    ...(argv.length === 0 ? {} : { command: argv }),
    ...(options.shell === undefined ? {} : { shell: options.shell }),
  }
}

async function stay(
  shell: Shell,
  house: House,
  options: RunOptions,
  submitted: JobView,
): Promise<number> {
  const { id } = submitted
  const { codeOf } = await import('../wait-code.ts')
  const { jobLine } = await import('../render-job.ts')
  process.once('SIGINT', () => {
    shell.note(
      `\ncurfew: job ${id} goes on; \`curfew logs -f ${id}\` shows it, \`curfew kill ${id}\` ends it`,
    )
    process.exit(INTERRUPTED)
  })
  const isTold = options.follow === true || options.json === true
  if (isTold) shell.note(`curfew: job ${id}`)
  const untold = isTold ? 0 : await tellId(shell, submitted, false)
  if (untold !== 0) return untold
  const job = await (options.follow === true
    ? follow(shell, house, id, options)
    : waitFor(shell, house, id))
  if (options.json === true) shell.out(`${JSON.stringify(job)}\n`)
  shell.note(`curfew: ${jobLine(job)}`)
  return codeOf([job])
}

async function follow(
  shell: Shell,
  house: House,
  id: number,
  { raw }: RunOptions,
): Promise<JobView> {
  const { followJob } = await import('../follow-job.ts')
  return followJob(shell, house, { id, from: 1, raw: raw === true })
}

async function waitFor(shell: Shell, house: House, id: number): Promise<JobView> {
  const { untilEnded, readJob } = await import('../read-jobs.ts')
  const { jobs } = await untilEnded(shell, house, [id])
  return jobs[0] ?? readJob(house, id)
}

function collectVariable(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new ProblemError(NO_VARIABLE)
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

const INTERRUPTED = 130

const NOTHING_TO_RUN = {
  kind: 'usage',
  message: 'there is nothing to run',
  hint: 'name a command: `curfew run -- make all`, or a line: `curfew run --shell "make | tee log"`',
} as const

const NOT_BOTH = {
  kind: 'usage',
  message: '--follow prints what the job writes, so there is no place for --json',
  hint: 'use --wait --json, or `curfew job ID --json` afterwards',
} as const

const NO_VARIABLE = {
  kind: 'usage',
  message: '--env takes NAME=VALUE',
  hint: '`curfew run --env MODE=fast -- make`',
} as const

const EXAMPLES = `
Examples:
  curfew run -- make all                      prints the id; \`curfew logs -f ID\` shows its output
  curfew run --follow -- npm test             here and now, and it survives Ctrl-C
  curfew run --wait --timeout 10m -- ./deploy && echo deployed
  curfew run --shell 'sort big.txt | uniq -c > counts.txt'
  curfew run --group gpu --priority 5 -- ./train.py     one of those that wait for a slot
  curfew run --after 12,13 -- ./publish.sh    when both have succeeded
  curfew run --at 02:30 --retry 3 --keep-awake -- ./backup.sh`
