import { type Config, DEFAULTS } from '../config.ts'
import type { PrunedReportsView, ReportsInput, ReportView } from '../contract/reports.ts'
import { ProblemError } from '../domain/problem.ts'
import { type ReportCensus, takeReports } from '../domain/report-census.ts'
import { REPORTS_NOTE, type ReportRuns, thawRuns } from '../domain/report-runs.ts'
import { followReportLog } from '../host/follow-report.ts'
import { momentOfReport } from '../host/moment-of-report.ts'
import type { Paths } from '../host/paths.ts'
import { createReportScanner, lookAtReport, type ReportFile } from '../host/report-dir.ts'
import { pruneReports } from '../host/report-prune.ts'
import { findReport, pickReports } from '../operations/find-reports.ts'
import { viewReport } from '../operations/view-report.ts'
import { requireConfig } from './config.ts'
import { readStore } from './read-store.ts'

/** Reports as their files tell of them, those that began last first. */
export async function offlineReports(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  query: ReportsInput,
): Promise<ReportView[]> {
  const config = await requireConfig(paths, environment)
  return pickReports((await offlineReportCensus(paths, config)).reports, query)
}

export async function offlineReport(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  id: string,
): Promise<ReportView> {
  const config = await requireConfig(paths, environment)
  return viewReport(findReport((await offlineReportCensus(paths, config)).reports, id))
}

/** All reports as one look finds them. */
export async function offlineReportCensus(
  paths: Paths,
  config: Config,
): Promise<ReportCensus<ReportFile>> {
  const { files } = await createReportScanner().scan([paths.reports, ...config.reportDirs])
  return takeReports(undefined, await knownRuns(paths), files, momentOfReport(), config.staleAfter)
}

/** The last lines of a log, and what comes until the report is over or its files are gone. */
export function followReport(report: ReportView, lines: number): AsyncGenerator<Buffer> {
  const { log_path, path } = report
  const folder = path.slice(0, path.lastIndexOf('/'))
  let before: ReportCensus<ReportFile> | undefined
  const isOver = (): boolean => {
    const file = lookAtReport(folder, report.task_id, before?.reports[0]?.file)
    if (file === undefined) return true
    before = takeReports(before, new Map(), [file], momentOfReport(), DEFAULTS.staleAfter)
    return before.counts.running === 0
  }
  return followReportLog(log_path, { lines, isOver: report.orphaned ? () => true : isOver })
}

/** Forgets all but the newest that have ended; as many as the config says unless told. */
export async function offlinePrune(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  keep: number | undefined,
): Promise<PrunedReportsView> {
  const { reportsKept } = await requireConfig(paths, environment)
  return { removed: pruneReports(paths.reports, keep === 0 ? 'none' : (keep ?? reportsKept)) }
}

/** A store that cannot be read is no reason to tell nothing. */
async function knownRuns(paths: Paths): Promise<ReportRuns> {
  try {
    return thawRuns(await readStore(paths, (store) => store.readNote(REPORTS_NOTE)))
  } catch (error) {
    if (error instanceof ProblemError) return new Map()
    throw error
  }
}
