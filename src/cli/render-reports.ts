import type { ReportView } from '../contract/reports.ts'
import { durationText } from '../domain/duration-text.ts'
import { printableLine } from '../domain/printable.ts'
import { fit, padded, widthOf } from './fit.ts'
import { commandLine } from './render-jobs.ts'
import { paint } from './style.ts'

type Row = readonly [name: string, text: string]

const HEAD = ['ID', 'STATE', 'BEGAN', 'TOOK', 'WHAT']
const GAP = '  '
const MOST = 2_000
const MOST_WHAT = 400
const LEAST_WHAT = 10

/** Reports as a table that fits so many columns. */
export function renderReports(
  reports: readonly ReportView[],
  nowMs: number,
  columns: number,
): string {
  const rows = [HEAD, ...reports.map((report) => cellsOf(report, nowMs))]
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0)
  const room = Math.max(LEAST_WHAT, columns - before)
  const lines = rows.map((row, at) => {
    const report = reports[at - 1]
    const cells = row.map((cell, column) =>
      column === HEAD.length - 1 ? fit(cell, room) : padded(cell, widths[column] ?? 0),
    )
    if (report === undefined) return paint('dim', cells.join(GAP))
    return cells.with(1, paint(colourOf(report), cells[1] ?? '')).join(GAP)
  })
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function cellsOf(report: ReportView, nowMs: number): string[] {
  const { task_id, tool, started_at, problem } = report
  const began = started_at === null ? '-' : `${durationText(nowMs - Date.parse(started_at))} ago`
  const what = [tool === null ? `the file ${problem}` : tool, unitsText(report), saying(report)]
  return [
    task_id,
    stateText(report, nowMs),
    began,
    tookText(report, nowMs),
    what
      .filter((part) => part !== '')
      .map((part) => printableLine(part, MOST_WHAT))
      .join(', '),
  ]
}

/** How it stands, in a few words. */
export function stateText(report: ReportView, nowMs: number): string {
  const { state, orphaned, activity, problem, exit_code } = report
  if (problem !== null) return 'unreadable'
  if (orphaned) return 'orphaned'
  if (state === 'failed' && exit_code !== null) return `failed (${exit_code})`
  if (state !== 'running') return state
  if (activity === 'wedged') return `wedged for ${since(report.updated_at, nowMs)}`
  if (activity !== 'quiet') return state
  return `quiet for ${since(report.last_line_at ?? report.started_at, nowMs)}`
}

/** The same, for who has room to read what it means. */
function stateSentence(report: ReportView, nowMs: number): string {
  const { activity, error, orphaned, pid, problem } = report
  const short = stateText(report, nowMs)
  if (problem !== null) return `${short}: the file ${printableLine(problem, MOST)}`
  if (orphaned) return `${short}: process ${pid} is gone and told no end`
  if (activity === 'quiet') return `running, ${short}: the program is there, but prints nothing`
  if (activity === 'wedged') {
    return `running, ${short}: the process is there, but does not refresh its report`
  }
  return error === null ? short : `${short}: ${printableLine(error, MOST)}`
}

/** One report with all there is to tell. */
export function renderReport(report: ReportView, nowMs: number): string {
  const { argv, last_line_at: lineAt } = report
  const units = unitsText(report)
  const rows: readonly (Row | undefined)[] = [
    row('tool', report.tool),
    row('command', argv.length === 0 ? null : commandLine(argv)),
    row('process', report.pid),
    row('began', report.started_at),
    row('took', tookText(report, nowMs)),
    row('units', units === '' ? null : units),
    row('message', report.last_message),
    row('updated', ago(report.updated_at, nowMs)),
    row('last line', ago(lineAt, nowMs)),
    row('degraded', report.degraded),
    row('files', report.path),
    ...report.tail.map((line, at): Row => [at === 0 ? 'tail' : '', printableLine(line, MOST)]),
  ]
  const head = `${paint('bold', `report ${report.task_id}`)} ${paint(colourOf(report), stateSentence(report, nowMs))}`
  const body = rows
    .filter((each) => each !== undefined)
    .map(([name, text]) => `  ${paint('dim', name.padEnd(9))} ${text}`)
  return `${[head, ...body].join('\n')}\n`
}

function colourOf({ state, orphaned, activity }: ReportView): Parameters<typeof paint>[0] {
  if (orphaned || state === 'failed') return 'red'
  if (activity === 'quiet' || activity === 'wedged' || state === 'cancelled') return 'yellow'
  if (state === 'running') return 'cyan'
  return state === 'succeeded' ? 'green' : 'reset'
}

function unitsText({
  units_completed: done,
  units_total: total,
  last_unit: last,
}: ReportView): string {
  if (done === 0 && total === null) return ''
  const count = total === null ? `${done} done` : `${done}/${total}`
  return last === null ? count : `${count} (${last})`
}

/** What it said last of itself, or else printed last. */
function saying({ last_message, tail }: ReportView): string {
  return last_message ?? tail.at(-1) ?? ''
}

function tookText(report: ReportView, nowMs: number): string {
  const { activity, elapsed_seconds: elapsed, started_at: startedAt } = report
  if (activity !== null && startedAt !== null) return since(startedAt, nowMs)
  return elapsed === null ? '-' : durationText(elapsed * 1_000)
}

function since(date: string | null, nowMs: number): string {
  return date === null ? 'long' : durationText(nowMs - Date.parse(date))
}

function ago(date: string | null, nowMs: number): string | null {
  return date === null ? null : `${date}, ${since(date, nowMs)} ago`
}

function row(name: string, value: string | number | null): Row | undefined {
  return value === null ? undefined : [name, printableLine(String(value), MOST)]
}
