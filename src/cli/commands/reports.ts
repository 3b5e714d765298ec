import { InvalidArgumentError } from 'commander'
import type { ReportsInput } from '../../contract/reports.ts'
import { given } from '../../domain/given.ts'
import { didYouMean } from '../../domain/nearest.ts'
import { REPORT_STATES, type ReportState } from '../../domain/report-facts.ts'
import { systemClock } from '../../host/clock.ts'
import { parseLimit } from '../arguments.ts'
import { columns } from '../columns.ts'
import type { Define } from '../command-table.ts'
import { readReports } from '../read-reports.ts'
import { renderReports } from '../render-reports.ts'
import { parseReportId } from '../report-id.ts'
import type { CommonOptions } from '../shell.ts'

interface ReportsOptions extends CommonOptions, ReportsInput {
  readonly limit: number
}

export const defineReports: Define = (program, shell) => {
  program
    .command('reports')
    .summary('how far long tasks are')
    .description(
      'Lists progress reports, those that began last first: of this home, and of the folders that `reportDirs` names. A quiet one has printed nothing for `staleAfter`; a wedged one does not even refresh its report; the process of an orphaned one is gone without an end.',
    )
    .option('--state <STATE>', `only these: ${REPORT_STATES.join(', ')}`, readState)
    .option('--tool <NAME>', 'only those of that tool')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--before <ID>', 'only those that come after this one in the list', parseReportId)
    .option('--json', 'print them as JSON (`curfew schema reports`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: ReportsOptions) => {
        const { state, tool, limit, before } = options
        const query = given({ state, tool, limit, before })
        const reports = await readReports(shell, shell.open(options), query)
        if (options.json === true) shell.out(`${JSON.stringify(reports)}\n`)
        else if (reports.length === 0) shell.note('there are no such reports')
        else shell.out(renderReports(reports, systemClock.wallMs(), columns()))
        return 0
      }),
    )
}

function readState(text: string): ReportState {
  const state = REPORT_STATES.find((each) => each === text)
  if (state !== undefined) return state
  throw new InvalidArgumentError(
    `expected one of ${REPORT_STATES.join(', ')}${didYouMean(text, REPORT_STATES)}`,
  )
}

const EXAMPLES = `
Examples:
  curfew reports
  curfew reports --state running
  curfew reports --tool backup -n 1
  curfew reports --json | jq '.[] | select(.orphaned or .activity == "wedged")'`
