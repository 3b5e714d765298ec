import type { ProgressInput } from '../../contract/jobs.ts'
import { given } from '../../domain/given.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions } from '../shell.ts'

interface ProgressOptions extends CommonOptions {
  readonly job?: number
}

export const defineProgress: Define = (program, shell) => {
  program
    .command('progress')
    .summary('inside a job: say how far it is')
    .description('Says how far a running job is; `curfew jobs` shows it.')
    .argument('[words...]', 'N, N/M, a text, or a number and a text')
    .option('--job <ID>', 'which job (default: CURFEW_JOB, the one it is called in)', parseId)
    .option('--json', 'print the job as JSON (`curfew schema run`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: ProgressOptions, words: string[]) => {
        const input = { id: jobOf(options, shell.environment), ...progressOf(words) }
        const job = await shell.open(options).client.demand('progress', input)
        if (options.json === true) shell.out(`${JSON.stringify(job)}\n`)
        return 0
      }),
    )
}

export function progressOf(words: readonly string[]): Omit<ProgressInput, 'id'> {
  const [first = '', ...rest] = words
  const [, done, total] = /^(\d{1,15})(?:\/(\d{1,15}))?$/.exec(first) ?? []
  const text = (done === undefined ? words : rest).join(' ').trim()
  if (done === undefined && text === '') throw new ProblemError(NOTHING)
  return given({
    done: done === undefined ? undefined : Number(done),
    total: total === undefined ? undefined : Number(total),
    text: text === '' ? undefined : text,
  })
}

function jobOf({ job }: ProgressOptions, { CURFEW_JOB: own = '' }: NodeJS.ProcessEnv): number {
  if (job !== undefined) return job
  if (/^[1-9]\d{0,14}$/.test(own)) return Number(own)
  throw new ProblemError(NO_JOB)
}

const NOTHING = {
  kind: 'usage',
  message: 'there is nothing to say',
  hint: '`curfew progress 3/10`, or `curfew progress "unpacking"`',
} as const

const NO_JOB = {
  kind: 'usage',
  message: 'this is not called inside a job (CURFEW_JOB names none)',
  hint: 'name one with --job ID',
} as const

const EXAMPLES = `
Examples:
  curfew progress 3/10
  curfew progress 3/10 compiling main.c
  curfew progress "waiting for the network"
  for n in 1 2 3; do ./step "$n"; curfew progress "$n/3"; done`
