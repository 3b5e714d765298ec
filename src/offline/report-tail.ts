import type { ReportTailView, ReportView } from '../contract/reports.ts'
import { readReportTail } from '../host/report-tail.ts'

/** The last lines of a log, straight from its file: neither the store nor a schema is loaded for it. */
export function reportTailBytes({ log_path }: ReportView, lines: number): Buffer | undefined {
  return readReportTail(log_path, lines)?.text
}

export function reportTail({ task_id, log_path }: ReportView, lines: number): ReportTailView {
  const tail = readReportTail(log_path, lines)
  return { task_id, text: tail?.text.toString() ?? '', bytes: tail?.bytes ?? 0 }
}
