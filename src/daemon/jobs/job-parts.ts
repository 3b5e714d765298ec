import type { Config } from '../../config.ts'
import type { EventBody } from '../../domain/event.ts'
import type { Moment } from '../../domain/job-run.ts'
import type { Clock } from '../../host/clock.ts'
import type { Paths } from '../../host/paths.ts'
import type { JobStore } from '../../store/job-store.ts'
import type { JobLaunchers } from './job-launchers.ts'
import type { LiveRuns } from './live-runs.ts'

/** What everything that looks after jobs works with. */
export interface JobParts {
  readonly paths: Paths
  readonly clock: Clock
  readonly config: () => Config
  readonly store: () => JobStore
  readonly runs: LiveRuns
  readonly launchers: JobLaunchers
  readonly now: () => Moment
  readonly emit: (body: EventBody) => void
  /** The next turn should come soon. */
  readonly wake: () => void
  /** What may start next has changed. */
  readonly queueChanged: () => void
  /** Leaving waits for it. */
  readonly track: (work: Promise<void>) => void
  /** These have come to their final end. */
  readonly ended: (ids: readonly number[]) => void
}
