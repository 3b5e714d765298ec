import { resolvePaths } from '../host/paths.ts'
import { type Recording, startRecording } from './recording.ts'
import type { OutputStream } from './report-lines.ts'
import type { ReportEnd } from './report-status.ts'

export interface ReportOptions {
  /** What runs, for people. */
  readonly tool: string
  /** What it was asked to do. */
  readonly argv?: readonly string[]
  /** How many units there will be, where that is known. */
  readonly total?: number
  /** The home to report to; `CURFEW_HOME` or your data folder when left out. */
  readonly home?: string
}

export interface ReportEnding {
  readonly exitCode?: number
  /** What went wrong: text, or whatever was thrown. */
  readonly error?: unknown
}

/** The progress of a long task, on disk for everybody who wants to know. Nothing of it ever throws. */
export interface ProgressReport {
  /** Empty where nothing is written. */
  readonly id: string
  readonly path: string
  readonly logPath: string
  /** What could not be written, and why; undefined when all is well. */
  readonly degraded: string | undefined
  line(text: string, stream?: OutputStream): void
  /** One more unit is done. */
  unit(name?: string): void
  /** What it does now, in a few words. */
  message(text: string): void
  /** The end; `succeeded` unless told. Whatever is reported later is ignored. */
  finish(how?: ReportEnd, ending?: ReportEnding): void
  /** Left without `finish`, it counts as cancelled. */
  [Symbol.dispose](): void
  [Symbol.asyncDispose](): Promise<void>
}

const ENDS: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled'])
const MOST_ARGS = 64
const UNFINISHED = 'left before it was finished'

/** Reports the progress of this program until it is finished. `CURFEW_REPORTS=0` turns all of it off. */
export function report(options: ReportOptions): ProgressReport {
  const recording = tryToRecord(options)
  const leave = (): void => recording.end('cancelled', null, UNFINISHED)
  return {
    id: recording.id,
    path: recording.path,
    logPath: recording.logPath,
    get degraded() {
      return recording.degraded()
    },
    line: (text, stream) => recording.line(textOf(text), stream === 'stderr' ? stream : 'stdout'),
    unit: (name) => recording.unit(name === undefined ? null : textOf(name)),
    message: (text) => recording.message(textOf(text)),
    finish: (how = 'succeeded', ending = {}) => {
      const { code, error } = endingOf(ending)
      recording.end(isEnd(how) ? how : 'failed', code, error)
    },
    [Symbol.dispose]: leave,
    [Symbol.asyncDispose]: async () => leave(),
  }
}

function tryToRecord(options: ReportOptions): Recording {
  if (process.env.CURFEW_REPORTS === '0') return silence(undefined)
  try {
    const { tool, argv, total, home } = options
    const paths = resolvePaths(home, process.env)
    const isCount = Number.isSafeInteger(total) && Number(total) >= 0
    return startRecording({
      paths,
      tool: textOf(tool),
      total: isCount ? Number(total) : null,
      ...textsOf(argv),
    })
  } catch (error) {
    return silence(textOf(error))
  }
}

function endingOf(ending: unknown): { code: number | null; error: string | null } {
  try {
    const { exitCode, error } = Object(ending) as ReportEnding
    const code = Number.isSafeInteger(exitCode) ? Number(exitCode) : null
    return { code, error: error === undefined ? null : textOf(error) }
  } catch (error) {
    return { code: null, error: textOf(error) }
  }
}

function isEnd(how: unknown): how is ReportEnd {
  return typeof how === 'string' && ENDS.has(how)
}

function textsOf(argv: unknown): { argv: string[]; problem: string | undefined } {
  if (argv === undefined) return { argv: [], problem: undefined }
  try {
    const list: unknown[] = Array.from(argv as Iterable<unknown>).slice(0, MOST_ARGS)
    return { argv: list.map(textOf), problem: undefined }
  } catch (error) {
    return { argv: [], problem: `argv cannot be read: ${textOf(error)}` }
  }
}

/** Some values have no text, and say so by throwing. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return value instanceof Error ? value.message : String(value)
  } catch {
    return '(cannot be shown)'
  }
}

/** What is left where nothing is written. */
function silence(problem: string | undefined): Recording {
  const nothing = (): void => undefined
  return {
    id: '',
    path: '',
    logPath: '',
    line: nothing,
    output: nothing,
    unit: nothing,
    message: nothing,
    end: nothing,
    degraded: () => problem,
  }
}
