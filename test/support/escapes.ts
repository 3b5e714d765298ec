import type { EndWritten } from '../../src/domain/job-ending.ts'
import type { Reach } from '../../src/host/jobs/launcher.ts'

/** How jobs are launched, and so how far ending one reaches. */
export type EscapeMode = 'subreaper' | 'cgroup' | 'scan' | 'shell'

/** What became of one job with a process that escaped. */
export interface EscapeRound {
  readonly kind: string
  readonly reach: Reach
  readonly written: EndWritten | null
  readonly survived: boolean
}

/** The same where a daemon ran the job and ended it. */
export interface DaemonEscape {
  readonly kind: string
  readonly how: 'kill' | 'timeout'
  readonly status: string
  readonly reach: Reach | null
  readonly survived: boolean
}

export const ESCAPES = [
  'child',
  'group',
  'session',
  'orphan',
  'daemon',
  'bare',
  'silent',
  'deaf',
  'deaf-bare',
  'stopped',
  'refork',
  'refork-bare',
  'reaper',
] as const

/** Out of a scan's reach: nothing tells whose it is, or between two looks it has become somebody else. */
export const TOO_CLEVER: ReadonlySet<string> = new Set(['silent', 'refork', 'refork-bare'])
