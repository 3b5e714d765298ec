import { z } from 'zod'
import type { PrunedReportsView, ReportTailView, ReportView } from '../contract/reports.ts'
import { REPORT_STATES } from '../domain/report-facts.ts'

const time = z.iso.datetime({ precision: 3 }).describe('ISO-8601 UTC with milliseconds')
const text = z.string()
const count = z.int().min(0)
const id = text.describe('the name of its file without .json')

const report = z.object({
  task_id: id,
  tool: text.nullable(),
  argv: z.array(text),
  pid: z.int().nullable(),
  state: z.enum(REPORT_STATES),
  is_alive: z.boolean().describe('it runs, and its process is there'),
  orphaned: z.boolean().describe('it never told an end, and its process is gone'),
  activity: z
    .enum(['active', 'quiet', 'wedged'])
    .nullable()
    .describe('quiet has nothing to say, wedged does not even refresh its report'),
  started_at: time.nullable(),
  updated_at: time.nullable(),
  last_line_at: time.nullable(),
  elapsed_seconds: z.number().min(0).nullable(),
  units_completed: count,
  units_total: count.nullable(),
  last_unit: text.nullable(),
  last_message: text.nullable(),
  tail: z.array(text).describe('the last lines'),
  exit_code: z.int().nullable(),
  error: text.nullable(),
  degraded: text.nullable().describe('what its writer could not write'),
  hostname: text.nullable(),
  process_start: text.nullable(),
  boot_id: text.nullable(),
  path: text,
  log_path: text,
  problem: text.nullable().describe('why the file cannot be read'),
}) satisfies z.ZodType<ReportView>

/** Every shape about reports that is printed with `--json` or crosses the socket. */
export const REPORT_SHAPES = {
  report,
  reports: z.array(report),
  'report-tail': z.object({
    task_id: id,
    text,
    bytes: count,
  }) satisfies z.ZodType<ReportTailView>,
  'removed-reports': z.object({ removed: z.array(id) }) satisfies z.ZodType<PrunedReportsView>,
} as const satisfies Record<string, z.ZodType>
