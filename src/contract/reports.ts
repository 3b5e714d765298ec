import type { ReportActivity, ReportState } from '../domain/report-facts.ts'

/** What crosses the socket about reports, and what `--json` prints. Times are ISO-8601 UTC with milliseconds. */

export interface ReportView {
  /** The name of its file, whatever the file says. */
  readonly task_id: string
  /** Null where the file cannot be read; `problem` says why. */
  readonly tool: string | null
  readonly argv: readonly string[]
  readonly pid: number | null
  readonly state: ReportState
  /** It runs, and its process is there. */
  readonly is_alive: boolean
  /** It never told an end, and its process is gone. */
  readonly orphaned: boolean
  /** Of one that is alive: `quiet` has nothing to say, `wedged` does not even refresh its report. */
  readonly activity: ReportActivity | null
  readonly started_at: string | null
  readonly updated_at: string | null
  readonly last_line_at: string | null
  readonly elapsed_seconds: number | null
  readonly units_completed: number
  readonly units_total: number | null
  readonly last_unit: string | null
  readonly last_message: string | null
  readonly tail: readonly string[]
  readonly exit_code: number | null
  readonly error: string | null
  /** What its writer could not write. */
  readonly degraded: string | null
  readonly hostname: string | null
  readonly process_start: string | null
  readonly boot_id: string | null
  readonly path: string
  readonly log_path: string
  readonly problem: string | null
}

/** The last lines of a report's log. */
export interface ReportTailView {
  readonly task_id: string
  /** As it was written, so not safe for a terminal. Bytes that are no UTF-8 are replaced. */
  readonly text: string
  /** All that the log holds. */
  readonly bytes: number
}

export interface PrunedReportsView {
  readonly removed: readonly string[]
}

export interface ReportsInput {
  readonly state?: ReportState
  /** Only those of that tool. */
  readonly tool?: string
  readonly limit?: number
  readonly before?: string
}

export interface ReportInput {
  readonly id: string
}

export interface ReportTailInput {
  readonly id: string
  readonly lines?: number
}

/** How many that have ended are kept; as the config says when left out. */
export interface ReportPruneInput {
  readonly keep?: number
}

export interface ReportVerbInputs {
  reports: ReportsInput
  report: ReportInput
  report_tail: ReportTailInput
  report_prune: ReportPruneInput
}

export interface ReportVerbOutputs {
  reports: ReportView[]
  report: ReportView
  report_tail: ReportTailView
  report_prune: PrunedReportsView
}

export type ReportVerbName = keyof ReportVerbInputs
