import type { PartialIdentity } from '../host/identity.ts'
import { selfIdentity } from '../host/identity.ts'
import { atExit } from '../host/at-exit.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import { pruneReports } from '../host/report-prune.ts'
import { makeReportFiles } from '../host/report-writer.ts'
import { reportsKept } from '../host/reports-kept.ts'
import { type OutputStream, reportLines } from './report-lines.ts'
import { reportPace } from './report-pace.ts'
import { type ReportEnd, type ReportProgress, reportText } from './report-status.ts'

export interface RecordingOptions {
  readonly paths: Paths
  readonly tool: string
  readonly argv: readonly string[]
  readonly total: number | null
  readonly refreshMs?: number | undefined
  /** What could not be taken as it was given. */
  readonly problem?: string | undefined
  readonly lineEnded?: ((text: string) => void) | undefined
}

/** A report that is being written. Nothing here throws; after the end nothing happens any more. */
export interface Recording {
  readonly id: string
  readonly path: string
  readonly logPath: string
  line(text: string, stream: OutputStream): void
  output(bytes: Uint8Array, stream: OutputStream): void
  unit(name: string | null): void
  message(text: string): void
  end(how: ReportEnd, exitCode: number | null, error: string | null): void
  degraded(): string | undefined
}

const REFRESH_MS = 30_000
const RETRY_MS = 1_000
const KEPT = 50

export function startRecording(options: RecordingOptions): Recording {
  const { paths, tool, argv, total, refreshMs = REFRESH_MS } = options
  const files = makeReportFiles(paths.reports)
  const startedAtMs = systemClock.wallMs()
  const startedMs = systemClock.monotonicMs()
  const { id, log, path } = files
  const task = { id, logPath: log.path, tool, argv, total, self: ourselves(), startedAtMs }
  const lines = reportLines(log.append, options.lineEnded)
  const progress: ReportProgress = {
    state: 'running',
    units: 0,
    lastUnit: null,
    lastMessage: null,
    lastLineAtMs: null,
    exitCode: null,
    error: null,
  }
  let problem: string | undefined
  let trouble = options.problem
  let retry: NodeJS.Timeout | undefined

  const lasting = (): string | undefined => log.problem() ?? trouble
  const isOver = (): boolean => progress.state !== 'running'

  function write(): void {
    lines.flush()
    const elapsedMs = systemClock.monotonicMs() - startedMs
    const now = { wallMs: systemClock.wallMs(), elapsedMs, tail: lines.tail(), degraded: lasting() }
    problem = files.writeStatus(reportText(task, progress, now))
  }

  /** The end is worth more than one try; at the latest it is written when the program exits. */
  function writeEnd(): void {
    write()
    if (problem === undefined) forget()
    else retry = setTimeout(writeEnd, RETRY_MS).unref()
  }

  function end(how: ReportEnd, exitCode: number | null, error: string | null): void {
    if (isOver()) return
    lines.end()
    pace.stop()
    Object.assign(progress, { state: how, exitCode, error })
    writeEnd()
    const failed = tryToPrune(paths)
    trouble ??= failed
  }

  function leave(code: number): void {
    clearTimeout(retry)
    if (isOver()) write()
    else end(code === 0 ? 'succeeded' : 'failed', code, null)
    clearTimeout(retry)
  }

  const pace = reportPace(write, refreshMs)
  const forget = atExit(leave)
  write()
  return {
    id,
    path,
    logPath: log.path,
    line: (text, stream) => {
      if (isOver()) return
      const nowMs = systemClock.wallMs()
      progress.lastLineAtMs = nowMs
      lines.line(text, stream)
      pace.soon(nowMs)
    },
    output: (bytes, stream) => {
      if (isOver()) return
      const nowMs = systemClock.wallMs()
      progress.lastLineAtMs = nowMs
      lines.output(bytes, stream)
      pace.soon(nowMs)
    },
    unit: (name) => {
      if (isOver()) return
      progress.units += 1
      progress.lastUnit = name
      pace.now()
    },
    message: (text) => {
      if (isOver()) return
      progress.lastMessage = text
      pace.now()
    },
    end,
    degraded: () => problem ?? lasting(),
  }
}

function tryToPrune(paths: Paths): string | undefined {
  try {
    pruneReports(paths.reports, reportsKept(paths.config, process.env, KEPT))
    return undefined
  } catch (error) {
    return `removing old reports: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Without its start a process is known by its number alone, which is better than not at all. */
function ourselves(): PartialIdentity {
  try {
    return selfIdentity()
  } catch (error) {
    if (error instanceof Error) return { pid: process.pid }
    throw error
  }
}
