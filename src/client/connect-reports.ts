import type {
  PrunedReportsView,
  ReportsInput,
  ReportTailView,
  ReportView,
} from '../contract/reports.ts'
import type { Client } from './client.ts'

/** What a program may do with the reports of others; its own it writes with `report()`. */
export interface ReportConnection {
  /** Those that began last first; undefined when no daemon runs. */
  reports(query?: ReportsInput): Promise<ReportView[] | undefined>
  /** One with its last lines; undefined when no daemon runs. */
  report(id: string): Promise<ReportView | undefined>
  /** The last lines of its log; undefined when no daemon runs. */
  reportTail(id: string, lines?: number): Promise<ReportTailView | undefined>
  /** Forgets all but the newest that have ended: as many as the config says, unless told. */
  pruneReports(keep?: number): Promise<PrunedReportsView>
}

type Ask = <Answer>(question: (client: Client) => Promise<Answer>) => Promise<Answer>

export function connectReports(ask: Ask): ReportConnection {
  return {
    reports: (query = {}) => ask((client) => client.ask('reports', query)),
    report: (id) => ask((client) => client.ask('report', { id })),
    reportTail: (id, lines) =>
      ask((client) => client.ask('report_tail', lines === undefined ? { id } : { id, lines })),
    pruneReports: (keep) =>
      ask((client) => client.demand('report_prune', keep === undefined ? {} : { keep })),
  }
}
