import { parseJson } from './parse-json.ts'
import type { CountedReport, CensusReport } from './report-census.ts'

/** A report that has begun and not ended. Name and beginning together are one run. */
export interface ReportRun {
  readonly startedAtMs: number | null
  /** Once said, it stays said. */
  readonly orphaned: boolean
}

/** By the path of the report. It outlives the daemon. */
export type ReportRuns = ReadonlyMap<string, ReportRun>

/** Under what name they are kept. */
export const REPORTS_NOTE = 'report_runs'

/** Of folders that cannot be looked at no more is kept. */
const MOST_UNSEEN = 2_000

/** What is known after one more look. Of what cannot be read, or looked at, is known what was known before. */
export function nextRuns(
  before: ReportRuns,
  reports: readonly CountedReport<CensusReport>[],
  listed: ReadonlySet<string>,
): ReportRuns {
  const runs = new Map<string, ReportRun>()
  for (const { file, verdict } of reports) {
    const { content, path } = file
    const known = before.get(path)
    if (content.kind === 'torn') {
      if (known !== undefined) runs.set(path, known)
    } else if (content.state === 'running') {
      runs.set(path, { startedAtMs: content.startedAtMs, orphaned: verdict.orphaned })
    }
  }
  const unseen = [...before].filter(([path]) => !listed.has(folderOf(path)))
  for (const [path, run] of unseen.slice(-MOST_UNSEEN)) if (!runs.has(path)) runs.set(path, run)
  return runs
}

export function freezeRuns(runs: ReportRuns): string {
  const rows = [...runs].map(([path, { startedAtMs, orphaned }]) => [path, startedAtMs, orphaned])
  return JSON.stringify(rows.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}

/** What cannot be read is not known. */
export function thawRuns(text: string | undefined): ReportRuns {
  const rows = parse(text ?? '[]')
  return new Map(rows.flatMap((row): [string, ReportRun][] => readRow(row)))
}

function readRow(row: unknown): [string, ReportRun][] {
  if (!Array.isArray(row)) return []
  const cells: unknown[] = row
  const [path, startedAtMs, orphaned] = cells
  if (typeof path !== 'string' || typeof orphaned !== 'boolean') return []
  return [[path, { startedAtMs: typeof startedAtMs === 'number' ? startedAtMs : null, orphaned }]]
}

function parse(text: string): unknown[] {
  const value = parseJson(text)
  return Array.isArray(value) ? value : []
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
