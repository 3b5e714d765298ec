import { type Command, InvalidArgumentError } from 'commander'
import { systemClock } from '../../host/clock.ts'
import { parseCount } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { givenProgram } from '../given-program.ts'
import { prune, readReport } from '../read-reports.ts'
import { renderReport } from '../render-reports.ts'
import { parseReportId } from '../report-id.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { LINES, tailReport, type TailOptions } from '../tail-report.ts'

interface RunOptions extends CommonOptions {
  readonly tool: string
  readonly unitPrefix?: string
  readonly total?: number
}

interface PruneOptions extends CommonOptions {
  readonly keep?: number
}

export const defineReport: Define = (program, shell) => {
  const report = program
    .command('report')
    .summary('run a long task so that others can see how far it is, and look at it')
    .description('Progress reports of long tasks, in files that anybody may read.')
    .addHelpText('after', EXAMPLES)
  defineRun(report, shell)
  defineShow(report, shell)
  defineTail(report, shell)
  definePrune(report, shell)
}

function defineRun(report: Command, shell: Shell): void {
  const complain = (line: string): void => shell.note(`curfew: ${line}`)
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
    .addHelpText('after', RUN_EXAMPLES)
    .action(
      shell.run(async (options: RunOptions, argv: string[]) => {
        const { reportCommand } = await import('../../wrapper/report-command.ts')
        const program = givenProgram(argv)
        return reportCommand({ ...options, complain }, program)
      }),
    )
}

function defineShow(report: Command, shell: Shell): void {
  report
    .command('show')
    .summary('all there is to tell of one report')
    .description(
      'Shows one report: how far it is, whether its program still works, its last lines.',
    )
    .argument('<id>', 'which report', parseReportId)
    .option('--json', 'print it as JSON (`curfew schema report`)')
    .addHelpText(
      'after',
      '\nExamples:\n  curfew report show ID\n  curfew report show ID --json | jq .tail',
    )
    .action(
      shell.run(async (options, id: string) => {
        const found = await readReport(shell, shell.open(options), id)
        if (options.json === true) shell.out(`${JSON.stringify(found)}\n`)
        else shell.out(renderReport(found, systemClock.wallMs()))
        return 0
      }),
    )
}

function defineTail(report: Command, shell: Shell): void {
  report
    .command('tail')
    .summary('the last lines of what a task has printed')
    .description(
      'Prints the last lines of a log, of its last megabyte at most. On a terminal what could steer it is shown as text.',
    )
    .argument('<id>', 'which report', parseReportId)
    .option('-f, --follow', 'go on until the report is over')
    .option('-n, --lines <N>', 'how many lines', parseCount, LINES)
    .option('--raw', 'as it was written, escape sequences and all')
    .option('--json', 'print them as JSON (`curfew schema report-tail`)')
    .addHelpText('after', TAIL_EXAMPLES)
    .action(shell.run((options: TailOptions, id: string) => tailReport(shell, options, id)))
}

function definePrune(report: Command, shell: Shell): void {
  report
    .command('prune')
    .summary('forget all but the newest that have ended')
    .description(
      'Removes ended reports of this home with their logs, all but the newest (`reportsKept` unless told). One that runs is never touched, nor are other folders.',
    )
    .option('--keep <N>', 'so many are kept', parseCount)
    .option('--json', 'print what went as JSON (`curfew schema removed-reports`)')
    .addHelpText('after', '\nExamples:\n  curfew report prune\n  curfew report prune --keep 5')
    .action(
      shell.run(async (options: PruneOptions) => {
        const view = await prune(shell, shell.open(options), options.keep)
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else shell.note(`curfew: ${sayCount(view.removed.length)} forgotten`)
        return 0
      }),
    )
}

function sayCount(count: number): string {
  return count === 1 ? 'one ended report' : `${count} ended reports`
}

function readTotal(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number, 0 or more')
}

const RUN_EXAMPLES = `
Examples:
  curfew report run --tool backup -- ./backup.sh
  curfew report run --tool tests --unit-prefix "ok " --total 210 -- npm test`

const TAIL_EXAMPLES = `
Examples:
  curfew report tail ID
  curfew report tail ID -f
  curfew report tail ID -n 1000 --raw | less -R`

const EXAMPLES = `
Examples:
  curfew report run --tool backup -- ./backup.sh
  curfew reports                                    how far everything is
  curfew report show ID
  curfew report tail ID -f`
