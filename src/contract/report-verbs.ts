import type { ReportVerbName } from './reports.ts'

interface ReportVerb {
  readonly method: 'GET' | 'POST'
  readonly path: `/v1/${string}`
  readonly effect: 'read' | 'work'
  readonly takes: 'input'
  readonly summary: string
}

/** The verbs of reports as they cross the socket. */
export const REPORT_VERBS = {
  reports: {
    method: 'GET',
    path: '/v1/reports',
    effect: 'read',
    takes: 'input',
    summary: 'Progress reports of long tasks, those that began last first.',
  },
  report: {
    method: 'GET',
    path: '/v1/report',
    effect: 'read',
    takes: 'input',
    summary: 'One report with its last lines.',
  },
  report_tail: {
    method: 'GET',
    path: '/v1/report/tail',
    effect: 'read',
    takes: 'input',
    summary: "The last lines of a report's log.",
  },
  report_prune: {
    method: 'POST',
    path: '/v1/reports/prune',
    effect: 'work',
    takes: 'input',
    summary: 'Forget all but the newest reports that have ended.',
  },
} as const satisfies Record<ReportVerbName, ReportVerb>
