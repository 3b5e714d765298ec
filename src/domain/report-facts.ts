import type { ProcessLook } from './process-look.ts'

/** `unknown`: of a version that has more states, or a file that cannot be read. */
export const REPORT_STATES = ['running', 'succeeded', 'failed', 'cancelled', 'unknown'] as const

export type ReportState = (typeof REPORT_STATES)[number]

/** What a report says. */
export interface Report {
  readonly kind: 'report'
  readonly tool: string
  readonly argv: readonly string[]
  readonly pid: number
  readonly state: ReportState
  readonly startedAtMs: number | null
  readonly updatedAtMs: number | null
  readonly lastLineAtMs: number | null
  readonly elapsedSeconds: number | null
  readonly unitsCompleted: number
  readonly unitsTotal: number | null
  readonly lastUnit: string | null
  readonly lastMessage: string | null
  readonly tail: readonly string[]
  readonly exitCode: number | null
  readonly error: string | null
  readonly degraded: string | null
  readonly processStart: string | null
  readonly bootId: string | null
  readonly hostname: string | null
}

/** `reason` continues "the file …". */
export interface TornReport {
  readonly kind: 'torn'
  readonly reason: string
}

export type ReportContent = Report | TornReport

/** One look at a report. */
export interface ReportSighting {
  readonly content: ReportContent
  /** Another one whenever the file changed. */
  readonly stamp: number
  readonly mtimeMs: number
  /** Whoever has the process number now. */
  readonly look: ProcessLook
}

export interface ReportClock {
  readonly wallMs: number
  readonly monotonicMs: number
  /** Until then nobody is blamed for a silence that may be ours. */
  readonly graceUntilMs: number
  readonly hostname: string
  readonly bootId: string
}

/** What is remembered of a report from look to look. */
export interface ReportMemory {
  readonly stamp: number
  /** When it last changed, on the monotonic clock. */
  readonly refreshedMs: number
  /** When its last line came, on the same; null where it does not tell. */
  readonly lineMs: number | null
  /** The start of the process that was seen writing it. */
  readonly writerStart: string | null
  /** Once said, it stays said. */
  readonly orphaned: boolean
}

/** `quiet`: it lives and says nothing; `wedged`: it does not even refresh its report any more. */
export type ReportActivity = 'active' | 'quiet' | 'wedged'

export interface ReportVerdict {
  readonly memory: ReportMemory
  readonly isAlive: boolean
  readonly orphaned: boolean
  /** Null unless it runs. */
  readonly activity: ReportActivity | null
}
