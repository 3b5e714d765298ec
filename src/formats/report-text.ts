import { parseJson } from '../domain/parse-json.ts'
import { printableLine } from '../domain/printable.ts'
import type { Report, ReportContent, ReportState } from '../domain/report.ts'
import { parseTimestamp } from './timestamp.ts'

/** How much of everything is kept of a report; what is longer is cut, not refused. */
export const REPORT_LIMITS = {
  pid: 2 ** 31 - 1,
  tool: 128,
  text: 1_000,
  args: 64,
  tail: 20,
  code: 2 ** 31,
} as const

type Fields = Readonly<Record<string, unknown>>

const STATES: ReadonlySet<string> = new Set(['running', 'succeeded', 'failed', 'cancelled'])

/**
 * Reads a report as its schema would, without loading that. What is needed to judge it has to be right; the rest
 * is taken where it makes sense, also under the names that other programs have used for it.
 */
export function parseReport(text: string): ReportContent {
  const value = parseJson(text)
  if (value === undefined) return torn(text.trim() === '' ? 'is empty' : 'is not JSON')
  if (!isObject(value)) return torn('is not a JSON object')
  const { pid, tool, state } = value
  if (typeof pid !== 'number' || !isPid(pid)) return torn(sayWrong('pid', pid))
  if (typeof tool !== 'string') return torn(sayWrong('tool', tool))
  if (typeof state !== 'string') return torn(sayWrong('state', state))
  return describe(value, pid, cut(tool, REPORT_LIMITS.tool), state)
}

function describe(value: Fields, pid: number, tool: string, state: string): Report {
  return {
    kind: 'report',
    tool,
    argv: textsOf(value.argv, REPORT_LIMITS.args),
    pid,
    state: isState(state) ? state : 'unknown',
    startedAtMs: timeOf(value.started_at),
    updatedAtMs: timeOf(value.updated_at),
    lastLineAtMs: timeOf(value.last_line_at),
    elapsedSeconds: amountOf(value.elapsed_seconds),
    unitsCompleted: countOf(value.units_completed ?? value.stacks_completed) ?? 0,
    unitsTotal: countOf(value.units_total ?? value.stacks_total),
    lastUnit: textOf(value.last_unit ?? value.last_stack),
    lastMessage: textOf(value.last_message),
    tail: textsOf(value.tail, -REPORT_LIMITS.tail),
    exitCode: codeOf(value.exit_code),
    error: textOf(value.error),
    degraded: textOf(value.degraded),
    processStart: textOf(value.process_start),
    bootId: textOf(value.boot_id),
    hostname: textOf(value.hostname),
  }
}

function torn(reason: string): ReportContent {
  return { kind: 'torn', reason }
}

function sayWrong(field: string, value: unknown): string {
  if (value === undefined) return `has no ${field}`
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 50)) : typeof value
  return printableLine(`has a wrong ${field}: ${shown}`, 100)
}

function isState(state: string): state is ReportState {
  return STATES.has(state)
}

function isPid(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= REPORT_LIMITS.pid
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function codeOf(value: unknown): number | null {
  const isCode = typeof value === 'number' && Number.isSafeInteger(value)
  return isCode && Math.abs(value) <= REPORT_LIMITS.code ? value : null
}

function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

function timeOf(value: unknown): number | null {
  return typeof value === 'string' && value.length <= 64 ? (parseTimestamp(value) ?? null) : null
}

/** Programs write an empty text where they have nothing to say. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? cut(value, REPORT_LIMITS.text) : null
}

/** The first so many, or with a minus the last; what is no text is left out. */
function textsOf(value: unknown, most: number): string[] {
  if (!Array.isArray(value)) return []
  const some: unknown[] = most < 0 ? value.slice(most) : value.slice(0, most)
  return some.flatMap((each) => (typeof each === 'string' ? [cut(each, REPORT_LIMITS.text)] : []))
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
