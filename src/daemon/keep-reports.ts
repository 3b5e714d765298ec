import type { Config } from '../config.ts'
import type { ClockWatch } from '../domain/clock-watch.ts'
import type { EventBody } from '../domain/event.ts'
import { ProblemError } from '../domain/problem.ts'
import { type ReportCensus, takeReports } from '../domain/report-census.ts'
import { newsOfReports, NOTHING_TOLD, type ReportsTold } from '../domain/report-news.ts'
import { FULL_PACE, paceNews } from '../domain/report-pace.ts'
import {
  freezeRuns,
  nextRuns,
  REPORTS_NOTE,
  type ReportRuns,
  thawRuns,
} from '../domain/report-runs.ts'
import type { Clock } from '../host/clock.ts'
import { momentOfReport } from '../host/moment-of-report.ts'
import type { Paths } from '../host/paths.ts'
import { watchProcesses } from '../host/process-watch.ts'
import { createReportScanner, type ReportFile, type ReportScan } from '../host/report-dir.ts'
import { pruneReports } from '../host/report-prune.ts'
import { readReportTail } from '../host/report-tail.ts'
import type { ReportDesk } from '../operations/report-desk.ts'
import type { Store } from '../store/store.ts'
import type { Step } from './loop.ts'

export interface ReportKeeper {
  readonly step: Step['run']
  readonly desk: ReportDesk
  /** What the house has to know. */
  facts(): { readonly running: number }
  /** Nobody is looked after any more. */
  leave(): void
}

export interface ReportKeeperDeps {
  readonly paths: Paths
  readonly clock: Clock
  readonly config: () => Config
  readonly store: () => Store
  readonly emit: (body: EventBody) => void
  /** Keeps what was emitted. */
  readonly flush: () => Promise<void>
  readonly wake: () => void
}

const NOBODY: ReportCensus<ReportFile> = {
  reports: [],
  counts: { running: 0, wedged: 0, orphaned: 0 },
}

/** The reports of our own folder and of others, remembered from look to look. */
export function keepReports(deps: ReportKeeperDeps): ReportKeeper {
  const { clock, config, paths, store } = deps
  const scanner = createReportScanner()
  const writers = watchProcesses(deps.wake)
  let census = NOBODY
  let runs: ReportRuns | undefined
  let told: ReportsTold = NOTHING_TOLD
  let pace = FULL_PACE
  let graceUntilMs = Infinity
  let saved = { text: '', in: undefined as Store | undefined }
  let last: Promise<unknown> = Promise.resolve()

  function takeIn({ files, listed }: ReportScan, known: ReportRuns): void {
    const now = momentOfReport(graceUntilMs, clock)
    census = takeReports(census, known, files, now, config().staleAfter)
    const { reports } = census
    const found = newsOfReports(told, { runs: known, reports, listed, now })
    told = found.told
    const paced = paceNews(pace, found.news, now.monotonicMs)
    pace = paced.pace
    runs = nextRuns(known, reports, listed)
    for (const event of paced.events) deps.emit(event)
    writers.watch(reports.flatMap(({ file }) => pidOf(file)))
  }

  /** Told before it is kept as told: a daemon that dies in between tells it again, rather than never. */
  async function keep(known: ReportRuns): Promise<void> {
    const text = freezeRuns(known)
    if (text === saved.text && store() === saved.in) return
    await deps.flush()
    await store().writeNote(REPORTS_NOTE, text)
    saved = { text, in: store() }
  }

  async function lookOnce(): Promise<readonly string[]> {
    const known = runs ?? (await readKnown())
    const scan = await scanner.scan([paths.reports, ...config().reportDirs])
    takeIn(scan, known)
    await keep(runs ?? known)
    return scan.problems
  }

  async function readKnown(): Promise<ReportRuns> {
    const text = await store().readNote(REPORTS_NOTE)
    saved = { text: text ?? freezeRuns(new Map()), in: store() }
    return thawRuns(text)
  }

  /** One after the other: each goes by what the one before has found. */
  function look(): Promise<readonly string[]> {
    const looked = last.then(lookOnce)
    last = looked.catch(String)
    return looked
  }

  async function step({ watch }: { readonly watch: ClockWatch }): Promise<undefined> {
    ;({ graceUntilMs } = watch)
    const [first, ...more] = await look()
    if (first === undefined) return
    const message = more.length === 0 ? first : `${first} (and ${more.length} more)`
    throw new ProblemError({ kind: 'failed', message })
  }

  return {
    step,
    leave: () => writers.watch([]),
    facts: () => ({ running: config().reportsHold ? census.counts.running : 0 }),
    desk: {
      look: async () => {
        // What could not be kept was seen all the same, and the next turn complains.
        await look().catch(String)
        return census
      },
      counts: () => census.counts,
      tail: readReportTail,
      prune: (most) =>
        pruneReports(paths.reports, most === 0 ? 'none' : (most ?? config().reportsKept)),
    },
  }
}

/** On another host the number means nothing here. */
function pidOf({ content, look }: ReportFile): number[] {
  const isRunning = content.kind === 'report' && content.state === 'running'
  return isRunning && look.state === 'alive' ? [content.pid] : []
}
