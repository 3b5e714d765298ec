import type { EventBody } from './event.ts'
import type { CensusReport, CountedReport } from './report-census.ts'
import type { Report, ReportClock } from './report-facts.ts'
import type { ReportRuns } from './report-runs.ts'

/** What was told of reports, and of which folders it is known what lay in them. */
export interface ReportsTold {
  readonly folders: ReadonlySet<string>
  readonly reports: ReadonlyMap<string, Told>
}

interface Told {
  readonly startedAtMs: number | null
  readonly units: number
  /** When units were told last, on the monotonic clock. */
  readonly unitMs: number
}

export const NOTHING_TOLD: ReportsTold = { folders: new Set(), reports: new Map() }

const ENDED = new Set(['succeeded', 'failed', 'cancelled'])
/** Units are told no oftener than this, and in the long run no more than so many times for each. */
const UNITS_APART_MS = 5_000
const UNITS_TOLD = 20

export interface ReportsLook {
  readonly runs: ReportRuns
  readonly reports: readonly CountedReport<CensusReport>[]
  readonly listed: ReadonlySet<string>
  readonly now: ReportClock
}

/** What happened since the last look. Of what had ended before a folder was first looked at nothing is news. */
export function newsOfReports(
  before: ReportsTold,
  look: ReportsLook,
): { readonly told: ReportsTold; readonly news: readonly EventBody[] } {
  const reports = new Map<string, Told>()
  const news: EventBody[] = []
  for (const { file, verdict } of look.reports) {
    const { content, path } = file
    const known = before.reports.get(path)
    if (content.kind === 'torn') {
      if (known !== undefined) reports.set(path, known)
      continue
    }
    const last = known?.startedAtMs === content.startedAtMs ? known : undefined
    const run = look.runs.get(path)
    const kept = run?.startedAtMs === content.startedAtMs ? run : undefined
    const wasThere = kept !== undefined || last !== undefined
    const isNews = content.state === 'running' || before.folders.has(file.folder)
    if (!wasThere && isNews && !verdict.orphaned) news.push(started(file, content))
    if (verdict.orphaned && kept?.orphaned !== true) news.push(orphaned(file, content))
    if (ENDED.has(content.state) && (kept !== undefined || (!wasThere && isNews))) {
      news.push(finished(file, content))
    }
    const units = tellUnits(last, kept !== undefined, content, look.now)
    if (units.isNews && !verdict.orphaned) news.push(unit(file, content))
    reports.set(path, units.told)
  }
  const folders = new Set([...before.folders, ...look.listed])
  return { told: { folders, reports }, news }
}

/** The longer a report runs, the more seldom: the end says how many there were. */
function tellUnits(
  last: Told | undefined,
  isOld: boolean,
  { startedAtMs, state, unitsCompleted: units }: Report,
  { monotonicMs, wallMs }: ReportClock,
): { readonly told: Told; readonly isNews: boolean } {
  const before = last ?? { startedAtMs, units: isOld ? units : 0, unitMs: -Infinity }
  const age = startedAtMs === null ? 0 : Math.max(0, wallMs - startedAtMs)
  const isDue = monotonicMs - before.unitMs >= Math.max(UNITS_APART_MS, age / UNITS_TOLD)
  const isNews = state === 'running' && units > before.units && isDue
  return { told: isNews ? { startedAtMs, units, unitMs: monotonicMs } : before, isNews }
}

function started({ id, path }: CensusReport, { tool, pid }: Report): EventBody {
  return { type: 'report_started', report: id, tool, pid, path }
}

function unit({ id, path }: CensusReport, report: Report): EventBody {
  const { tool, unitsCompleted: done, unitsTotal: total, lastUnit } = report
  return { type: 'report_unit', report: id, tool, path, done, total, unit: lastUnit }
}

function finished({ id, path }: CensusReport, report: Report): EventBody {
  const { tool, state, exitCode, error, unitsCompleted: done } = report
  return { type: 'report_finished', report: id, tool, path, state, done, exitCode, error }
}

function orphaned({ id, path }: CensusReport, { tool, pid }: Report): EventBody {
  return { type: 'report_orphaned', report: id, tool, pid, path }
}
