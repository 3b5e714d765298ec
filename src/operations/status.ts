import type { StatusView } from '../contract/shapes.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { Deps } from './deps.ts'

/** The house as it is now. */
export function status(deps: Deps): StatusView {
  const { self } = deps
  const lifecycle = deps.lifecycle()
  const { problem } = deps.config()
  return {
    state: lifecycle.state,
    since: isoTime(lifecycle.sinceMs),
    reason: lifecycle.reason,
    daemon: {
      running: true,
      pid: self.pid,
      host: self.host,
      version: self.version,
      started_at: isoTime(self.startedAtMs),
    },
    wrappers: { fresh: 0, stale: 0, orphan: 0 },
    jobs: {},
    followups: { pending: 0, given_up: 0 },
    holds: [],
    next: null,
    last_activity: isoTime(lifecycle.lastActivityMs),
    config: { ok: problem === null, problem },
    warnings: deps.warnings(),
  }
}
