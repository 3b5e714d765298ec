import type { PrunedReportsView, ReportTailView, ReportView } from '../contract/reports.ts'
import type { ReportRequestOf } from '../formats/report-requests.ts'
import type { Deps } from './deps.ts'
import { findReport, pickReports } from './find-reports.ts'
import { viewReport } from './view-report.ts'

const MOST_TEXT_BYTES = 512 * 1024

export async function listReports(
  { reports }: Deps,
  { state, tool, limit, before }: ReportRequestOf<'reports'>,
): Promise<ReportView[]> {
  const found = await reports.look()
  return pickReports(found.reports, {
    limit,
    ...(state === undefined ? {} : { state }),
    ...(tool === undefined ? {} : { tool }),
    ...(before === undefined ? {} : { before }),
  })
}

export async function showReport(
  { reports }: Deps,
  { id }: ReportRequestOf<'report'>,
): Promise<ReportView> {
  return viewReport(findReport((await reports.look()).reports, id))
}

export async function tailReport(
  { reports }: Deps,
  { id, lines }: ReportRequestOf<'report_tail'>,
): Promise<ReportTailView> {
  const { log_path } = viewReport(findReport((await reports.look()).reports, id))
  const tail = reports.tail(log_path, lines)
  const text = tail?.text.subarray(-MOST_TEXT_BYTES).toString() ?? ''
  return { task_id: id, text, bytes: tail?.bytes ?? 0 }
}

export async function pruneReports(
  { events, reports }: Deps,
  { keep }: ReportRequestOf<'report_prune'>,
): Promise<PrunedReportsView> {
  const removed = reports.prune(keep)
  if (removed.length > 0) {
    events.emit({ type: 'reports_forgotten', count: removed.length, why: 'by hand' })
  }
  return { removed }
}
