import type { ReportsInput, ReportView } from '../contract/reports.ts'
import { ProblemError } from '../domain/problem.ts'
import type { CountedReport } from '../domain/report-census.ts'
import { isReportId } from '../domain/report-id.ts'
import type { ReportFile } from '../host/report-dir.ts'
import { viewReport } from './view-report.ts'

type Counted = CountedReport<ReportFile>

/** Those that are asked for, the one that began last first. */
export function pickReports(
  reports: readonly Counted[],
  { state, tool, before, limit = 100 }: ReportsInput,
): ReportView[] {
  const sorted = reports.toSorted(
    (a, b) => begunMs(b) - begunMs(a) || (a.file.id < b.file.id ? 1 : -1),
  )
  const from = before === undefined ? 0 : sorted.indexOf(findReport(sorted, before)) + 1
  return sorted
    .slice(from)
    .filter(({ file: { content } }) => {
      const known = content.kind === 'report' ? content : { state: 'unknown', tool: null }
      return (state ?? known.state) === known.state && (tool ?? known.tool) === known.tool
    })
    .slice(0, limit)
    .map(viewReport)
}

/** Ours before one of another folder that has the same name. */
export function findReport(reports: readonly Counted[], id: string): Counted {
  if (!isReportId(id)) throw new Error('an id was not looked at before it was used')
  const found = reports.find(({ file }) => file.id === id)
  if (found !== undefined) return found
  throw new ProblemError({
    kind: 'not_found',
    message: `there is no report ${id}`,
    hint: '`curfew reports` lists them',
  })
}

function begunMs({ file: { content, mtimeMs } }: Counted): number {
  return content.kind === 'report' ? (content.startedAtMs ?? mtimeMs) : mtimeMs
}
