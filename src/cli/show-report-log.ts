import type { ReportView } from '../contract/reports.ts'
import { ProblemError } from '../domain/problem.ts'
import { systemClock } from '../host/clock.ts'
import type { LogPiece } from '../offline/job-log.ts'
import { readReport } from './read-reports.ts'
import { stateText } from './render-reports.ts'
import type { House, Shell } from './shell.ts'
import { showOutput } from './show-output.ts'

export interface TailWishes {
  readonly lines: number
  readonly raw: boolean
  readonly follow: boolean
}

/** Shows the last lines of a report's log, straight from its file; with `follow` until the report is over. */
export async function showReportLog(
  shell: Shell,
  house: House,
  report: ReportView,
  { lines, raw, follow }: TailWishes,
): Promise<void> {
  if (!follow) {
    const { reportTailBytes } = await import('../offline/report-tail.ts')
    const bytes = reportTailBytes(report, lines)
    if (bytes === undefined) shell.note(`curfew: report ${report.task_id} has no log`)
    else await showOutput([{ kind: 'output', bytes }], { raw })
    return
  }
  const { followReport } = await import('../offline/reports.ts')
  await showOutput(asPieces(followReport(report, lines)), { raw })
  shell.note(`curfew: report ${report.task_id}: ${await howItEnded(shell, house, report)}`)
}

async function* asPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogPiece> {
  for await (const bytes of chunks) yield { kind: 'output', bytes }
}

async function howItEnded(shell: Shell, house: House, { task_id }: ReportView): Promise<string> {
  try {
    return stateText(await readReport(shell, house, task_id), systemClock.wallMs())
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'not_found') return 'removed'
    throw error
  }
}
