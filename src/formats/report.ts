import { z } from 'zod'
import { REPORT_LIMITS } from './report-text.ts'

const time = z.string().max(64).describe('ISO-8601; without a zone it is UTC')
const said = z.string().nullish()
const count = z.int().min(0).nullish()

/** `reports/<id>.json`. Programs may add keys of their own, and newer versions have more. */
export const reportSchema = z.looseObject({
  task_id: z
    .string()
    .optional()
    .describe('the name of the file without .json, which is what counts'),
  tool: z.string().describe('what runs, for people'),
  argv: z.array(z.string()).optional(),
  pid: z.int().min(1).max(REPORT_LIMITS.pid).describe('the process that writes this'),
  process_start: said.describe(
    'on Linux field 22 of /proc/PID/stat; leave it out if you have none',
  ),
  boot_id: said.describe('on Linux /proc/sys/kernel/random/boot_id'),
  hostname: said.describe('set it where the folder is shared between hosts or containers'),
  started_at: time.nullish(),
  updated_at: time.nullish().describe('written anew every 30 s also when nothing happens'),
  last_line_at: time.nullish(),
  elapsed_seconds: z.number().min(0).nullish(),
  state: z.string().describe('running, succeeded, failed or cancelled'),
  units_completed: count,
  units_total: count,
  last_unit: said,
  last_message: said,
  tail: z.array(z.string()).optional().describe(`the last ${REPORT_LIMITS.tail} lines`),
  log_path: said.describe('readers take <id>.log beside this file, whatever is said here'),
  exit_code: z.int().nullish(),
  error: said,
  degraded: said.describe('what could not be written'),
  schema_version: z.int().optional().describe('1'),
})
