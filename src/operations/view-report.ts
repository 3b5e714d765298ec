import type { ReportView } from '../contract/reports.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { CountedReport } from '../domain/report-census.ts'
import type { Report } from '../domain/report-facts.ts'
import type { ReportFile } from '../host/report-dir.ts'

/** A report as doors show it. */
export function viewReport({ file, verdict }: CountedReport<ReportFile>): ReportView {
  const { content, folder, id, path } = file
  const report = content.kind === 'report' ? content : undefined
  return {
    task_id: id,
    tool: report?.tool ?? null,
    argv: report?.argv ?? [],
    pid: report?.pid ?? null,
    state: report?.state ?? 'unknown',
    is_alive: verdict.activity !== null,
    orphaned: verdict.orphaned,
    activity: verdict.activity,
    ...timesOf(report),
    ...progressOf(report),
    exit_code: report?.exitCode ?? null,
    error: report?.error ?? null,
    degraded: report?.degraded ?? null,
    hostname: report?.hostname ?? null,
    process_start: report?.processStart ?? null,
    boot_id: report?.bootId ?? null,
    path,
    log_path: `${folder}/${id}.log`,
    problem: content.kind === 'torn' ? content.reason : null,
  }
}

function timesOf(
  report: Report | undefined,
): Pick<ReportView, 'started_at' | 'updated_at' | 'last_line_at' | 'elapsed_seconds'> {
  const date = (ms: number | null | undefined): string | null =>
    ms === null || ms === undefined ? null : isoTime(ms)
  return {
    started_at: date(report?.startedAtMs),
    updated_at: date(report?.updatedAtMs),
    last_line_at: date(report?.lastLineAtMs),
    elapsed_seconds: report?.elapsedSeconds ?? null,
  }
}

function progressOf(
  report: Report | undefined,
): Pick<ReportView, 'units_completed' | 'units_total' | 'last_unit' | 'last_message' | 'tail'> {
  return {
    units_completed: report?.unitsCompleted ?? 0,
    units_total: report?.unitsTotal ?? null,
    last_unit: report?.lastUnit ?? null,
    last_message: report?.lastMessage ?? null,
    tail: report?.tail ?? [],
  }
}
