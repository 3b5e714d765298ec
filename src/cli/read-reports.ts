import type { PrunedReportsView, ReportsInput, ReportView } from '../contract/reports.ts'
import type { House, Shell } from './shell.ts'

/** Reports, those that began last first: from the daemon, or from their files while none runs. */
export async function readReports(
  { environment }: Shell,
  { client, paths }: House,
  query: ReportsInput,
): Promise<ReportView[]> {
  const live = await client.ask('reports', query)
  if (live !== undefined) return live
  const { offlineReports } = await import('../offline/reports.ts')
  return offlineReports(paths, environment, query)
}

export async function readReport(
  { environment }: Shell,
  { client, paths }: House,
  id: string,
): Promise<ReportView> {
  const live = await client.ask('report', { id })
  if (live !== undefined) return live
  const { offlineReport } = await import('../offline/reports.ts')
  return offlineReport(paths, environment, id)
}

/** Done by the daemon where one runs, and here otherwise: nobody has to be started for it. */
export async function prune(
  { environment }: Shell,
  { client, paths }: House,
  keep: number | undefined,
): Promise<PrunedReportsView> {
  const live = await client.ask('report_prune', keep === undefined ? {} : { keep })
  if (live !== undefined) return live
  const { offlinePrune } = await import('../offline/reports.ts')
  return offlinePrune(paths, environment, keep)
}
