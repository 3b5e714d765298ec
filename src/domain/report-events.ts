import { printableLine } from './printable.ts'

interface OfReport {
  /** Its id. */
  readonly report: string
  readonly tool: string
  readonly path: string
}

/** What is worth telling about reports. */
export interface ReportEventFacts {
  report_started: OfReport & { readonly pid: number }
  report_unit: OfReport & {
    readonly done: number
    readonly total: number | null
    readonly unit: string | null
  }
  report_finished: OfReport & {
    readonly state: string
    readonly done: number
    readonly exitCode: number | null
    readonly error: string | null
  }
  report_orphaned: OfReport & { readonly pid: number }
  reports_moved: { readonly started: number; readonly finished: number; readonly orphaned: number }
  reports_forgotten: { readonly count: number; readonly why: string }
}

type Tellings = {
  readonly [Type in keyof ReportEventFacts]: {
    readonly level: 'info' | 'warn' | 'error'
    readonly say: (facts: ReportEventFacts[Type]) => string
  }
}

const MOST = 120

export const REPORT_TELLINGS: Tellings = {
  report_started: {
    level: 'info',
    say: ({ pid, ...of }) => `${name(of)} has begun as process ${pid}`,
  },
  report_unit: {
    level: 'info',
    say: ({ done, total, unit, ...of }) =>
      `${name(of)} has done ${total === null ? done : `${done} of ${total}`}${said(unit)}`,
  },
  report_finished: {
    level: 'info',
    say: ({ state, exitCode, error, ...of }) => {
      const code = exitCode === null ? '' : ` with exit code ${exitCode}`
      return `${name(of)} ${state}${code}${said(error)}`
    },
  },
  report_orphaned: {
    level: 'warn',
    say: ({ pid, ...of }) => `${name(of)} is orphaned: process ${pid} is gone and told no end`,
  },
  reports_moved: {
    level: 'info',
    say: ({ started, finished, orphaned }) =>
      `many reports at once: ${started} begun, ${finished} finished, ${orphaned} orphaned`,
  },
  reports_forgotten: {
    level: 'info',
    say: ({ count, why }) => `forgot ${count} ended reports: ${why}`,
  },
}

function name({ report, tool }: Pick<OfReport, 'report' | 'tool'>): string {
  return `report ${report} (${printableLine(tool, 40)})`
}

function said(text: string | null): string {
  return text === null ? '' : `: ${printableLine(text, MOST)}`
}
