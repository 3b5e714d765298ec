import { InvalidArgumentError } from 'commander'
import type { Define } from '../command-table.ts'
import { givenProgram } from '../given-program.ts'
import type { CommonOptions } from '../shell.ts'

interface RunOptions extends CommonOptions {
  readonly tool: string
  readonly unitPrefix?: string
  readonly total?: number
}

export const defineReport: Define = (program, shell) => {
  const complain = (line: string): void => shell.note(`curfew: ${line}`)
  const report = program
    .command('report')
    .summary('run a long task so that others can see how far it is')
    .description('Progress reports of long tasks, in files that anybody may read.')
    .addHelpText('after', EXAMPLES)
  report
    .command('run')
    .summary('run a command and report its progress')
    .description(
      'Runs a command and reports its progress in `reports/` of the home, with or without a daemon. Output, signals and exit code pass through.',
    )
    .argument('<command...>', 'the program and its arguments, after --')
    .requiredOption('--tool <NAME>', 'what runs, for people')
    .option('--unit-prefix <TEXT>', 'a line that begins with it is one more unit')
    .option('--total <N>', 'how many units there will be', readTotal)
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: RunOptions, argv: string[]) => {
        const { reportCommand } = await import('../../wrapper/report-command.ts')
        const program = givenProgram(argv)
        return reportCommand({ ...options, complain }, program)
      }),
    )
}

function readTotal(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number, 0 or more')
}

const EXAMPLES = `
Examples:
  curfew report run --tool backup -- ./backup.sh
  curfew report run --tool tests --unit-prefix "ok " --total 210 -- npm test`
