import type { ReportCensus, ReportCounts } from '../domain/report-census.ts'
import type { ReportFile } from '../host/report-dir.ts'
import type { LogTail } from '../host/report-tail.ts'

/** What an operation may ask of whoever looks after reports. */
export interface ReportDesk {
  /** Every report as one more look finds it. */
  look(): Promise<ReportCensus<ReportFile>>
  /** As the last look found them. */
  counts(): ReportCounts
  /** The last lines of a log; undefined while there is none. */
  tail(logPath: string, lines: number): LogTail | undefined
  /** Removes all but the newest that have ended, of our own folder only; gives the ids that went. */
  prune(keep: number | undefined): string[]
}
