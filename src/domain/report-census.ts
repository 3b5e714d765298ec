import { judgeReport } from './report.ts'
import type { ReportClock, ReportMemory, ReportSighting, ReportVerdict } from './report-facts.ts'
import type { ReportRuns } from './report-runs.ts'

export interface CensusReport extends ReportSighting {
  readonly id: string
  readonly path: string
  readonly folder: string
}

export interface CountedReport<File> {
  readonly file: File
  readonly verdict: ReportVerdict
}

export interface ReportCounts {
  /** Their programs are there, whether they say something or not. */
  readonly running: number
  /** Of those, so many do not even refresh their report. */
  readonly wedged: number
  readonly orphaned: number
}

/** Every report that was found in one look, judged. The next look is told by it what is remembered. */
export interface ReportCensus<File> {
  readonly reports: readonly CountedReport<File>[]
  readonly counts: ReportCounts
}

/** Judges every report by what was remembered of it, and by which runs are known to be orphaned. */
export function takeReports<File extends CensusReport>(
  before: ReportCensus<File> | undefined,
  runs: ReportRuns,
  files: readonly File[],
  now: ReportClock,
  staleAfterMs: number,
): ReportCensus<File> {
  const known = new Map((before?.reports ?? []).map((each) => [each.file.path, each]))
  const counts = { running: 0, wedged: 0, orphaned: 0 }
  const reports = files.map((file) => {
    const verdict = judgeReport(
      recall(known.get(file.path), runs, file, now),
      file,
      now,
      staleAfterMs,
    )
    if (verdict.activity !== null) counts.running += 1
    if (verdict.activity === 'wedged') counts.wedged += 1
    if (verdict.orphaned) counts.orphaned += 1
    return { file, verdict }
  })
  return { reports, counts }
}

/** A file that was begun anew under the same name is another run, of which nothing is known. */
function recall(
  before: CountedReport<CensusReport> | undefined,
  runs: ReportRuns,
  file: CensusReport,
  now: ReportClock,
): ReportMemory | undefined {
  const memory = isSameRun(before?.file, file) ? before?.verdict.memory : undefined
  if (!isKnownOrphan(runs, file)) return memory
  const { monotonicMs } = now
  const fresh = { stamp: -1, refreshedMs: monotonicMs, lineMs: null, writerStart: null }
  return { ...(memory ?? fresh), orphaned: true }
}

function isSameRun(before: CensusReport | undefined, { content }: CensusReport): boolean {
  if (before?.content.kind !== 'report' || content.kind !== 'report') return true
  return before.content.startedAtMs === content.startedAtMs
}

function isKnownOrphan(runs: ReportRuns, { content, path }: CensusReport): boolean {
  const run = runs.get(path)
  if (run === undefined || !run.orphaned || content.kind !== 'report') return false
  return run.startedAtMs === content.startedAtMs
}
