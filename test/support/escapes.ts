import type { EndWritten } from '../../src/domain/job-ending.ts'
import type { Reach } from '../../src/host/jobs/launcher.ts'

/** How jobs are launched, and so how far ending one reaches. */
export type EscapeMode = 'subreaper' | 'cgroup' | 'scan' | 'shell'

/** What became of one job with a process that escaped. */
export interface EscapeRound {
  readonly reach: Reach
  readonly written: EndWritten | null
  readonly survived: boolean
}
