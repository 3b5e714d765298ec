import { z } from 'zod'
import type { ReportVerbName } from '../contract/reports.ts'
import { REPORT_STATES } from '../domain/report-facts.ts'
import { isReportId } from '../domain/report-id.ts'
import { label, wholeNumber } from './request-fields.ts'

const MOST_LINES = 10_000
const DEFAULT_LINES = 20

const id = z
  .string('expected the id of a report')
  .refine(isReportId, 'expected the id of a report: letters, digits, ".", "_" and "-" only')

/** What each verb of reports takes. */
export const reportRequestSchemas = {
  reports: z.strictObject({
    state: z.enum(REPORT_STATES, `expected one of ${REPORT_STATES.join(', ')}`).optional(),
    tool: label(128).optional(),
    limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
    before: id.optional(),
  }),
  report: z.strictObject({ id }),
  report_tail: z.strictObject({
    id,
    lines: wholeNumber(`expected 0 to ${MOST_LINES}`, 0, MOST_LINES).default(DEFAULT_LINES),
  }),
  report_prune: z.strictObject({
    keep: wholeNumber('expected a whole number, 0 or more', 0, 1_000_000_000).optional(),
  }),
} as const satisfies Record<ReportVerbName, z.ZodObject>

export type ReportRequestOf<Name extends ReportVerbName> = z.output<
  (typeof reportRequestSchemas)[Name]
>
