import os from 'node:os'
import { isoTime } from '../domain/iso-time.ts'
import type { PartialIdentity } from '../host/identity.ts'

/** How a report can end. */
export type ReportEnd = 'succeeded' | 'failed' | 'cancelled'

/** What is fixed when a report begins. */
export interface ReportTask {
  readonly id: string
  readonly logPath: string
  readonly tool: string
  readonly argv: readonly string[]
  readonly total: number | null
  readonly self: PartialIdentity
  readonly startedAtMs: number
}

/** What changes while it goes on. */
export interface ReportProgress {
  state: 'running' | ReportEnd
  units: number
  lastUnit: string | null
  lastMessage: string | null
  lastLineAtMs: number | null
  exitCode: number | null
  error: string | null
}

export interface ReportNow {
  readonly wallMs: number
  readonly elapsedMs: number
  readonly tail: readonly string[]
  readonly degraded: string | undefined
}

const MOST_BYTES = 48 * 1024
const MOST_TEXT = 500
const MOST_ARGS = 64
const MOST_TOOL = 128

/** The report as it lies in its file, never larger than readers take. */
export function reportText(task: ReportTask, progress: ReportProgress, now: ReportNow): string {
  for (let most = MOST_TEXT; ; most = Math.floor(most / 2)) {
    const text = `${JSON.stringify(describe(task, progress, now, most))}\n`
    if (most === 0 || Buffer.byteLength(text) <= MOST_BYTES) return text
  }
}

function describe(
  task: ReportTask,
  progress: ReportProgress,
  now: ReportNow,
  most: number,
): Readonly<Record<string, unknown>> {
  const short = (text: string | null): string | null => text && shorten(text, most)
  return {
    schema_version: 1,
    task_id: task.id,
    tool: shorten(task.tool, MOST_TOOL),
    argv: task.argv.slice(0, MOST_ARGS).map((each) => shorten(each, most)),
    pid: task.self.pid,
    process_start: task.self.processStart,
    boot_id: task.self.bootId,
    hostname: os.hostname(),
    started_at: isoTime(task.startedAtMs),
    updated_at: isoTime(now.wallMs),
    last_line_at: progress.lastLineAtMs === null ? null : isoTime(progress.lastLineAtMs),
    elapsed_seconds: Math.round(now.elapsedMs) / 1_000,
    state: progress.state,
    units_completed: progress.units,
    units_total: task.total ?? undefined,
    last_unit: short(progress.lastUnit),
    last_message: short(progress.lastMessage),
    tail: now.tail.map((each) => shorten(each, most)),
    log_path: task.logPath,
    exit_code: progress.exitCode ?? undefined,
    error: short(progress.error) ?? undefined,
    degraded: now.degraded,
  }
}

function shorten(text: string, most: number): string {
  const whole = text.length > most ? `${text.slice(0, most)}…` : text
  return whole.toWellFormed()
}
