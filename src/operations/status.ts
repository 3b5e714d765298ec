import type { StatusView } from '../contract/shapes.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { Deps } from './deps.ts'

/** The house as it is now. */
export async function status(deps: Deps): Promise<StatusView> {
  const { self } = deps
  const now = deps.house.now()
  const { problem } = deps.config()
  const owed = await deps.followUps.counts()
  return {
    state: now.state,
    since: isoTime(now.sinceMs),
    reason: now.reason,
    daemon: {
      running: true,
      pid: self.pid,
      host: self.host,
      version: self.version,
      started_at: isoTime(self.startedAtMs),
    },
    wrappers: deps.house.counts(),
    jobs: Object.fromEntries(await deps.jobs.counts()),
    followups: { pending: owed.pending, given_up: owed.givenUp },
    reports: deps.reports.counts(),
    holds: now.holds,
    next: now.next === null ? null : { state: now.next.state, at: isoTime(now.next.atMs) },
    last_activity: isoTime(now.lastActivityMs),
    config: { ok: problem === null, problem },
    warnings: deps.warnings(),
  }
}
