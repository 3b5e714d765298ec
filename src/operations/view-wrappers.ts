import type { WrapperView } from '../contract/shapes.ts'
import type { Census, Counted } from '../domain/census.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { HeartbeatFile } from '../host/heartbeat-dir.ts'

const ORDER = { fresh: 0, stale: 1, orphan: 2 } as const

/** A census as doors show it: who is awake first, and of each kind the newest first. */
export function viewWrappers({ wrappers }: Census<HeartbeatFile>): WrapperView[] {
  return wrappers
    .toSorted(
      (a, b) =>
        ORDER[a.verdict.status] - ORDER[b.verdict.status] || a.verdict.ageMs - b.verdict.ageMs,
    )
    .map(viewWrapper)
}

function viewWrapper({ file, verdict }: Counted<HeartbeatFile>): WrapperView {
  const { content, mtimeMs, path } = file
  const known = content.kind === 'heartbeat' ? content : undefined
  const named = content.kind === 'hostile' ? undefined : content
  return {
    path,
    pid: named?.pid ?? null,
    uuid: named?.uuid ?? null,
    status: verdict.status,
    reason: verdict.reason,
    last_refresh: isoTime(known?.lastRefreshMs ?? mtimeMs),
    age_seconds: Math.max(0, Math.round(verdict.ageMs / 100) / 10),
    label: known?.label ?? null,
    session: known?.session ?? null,
  }
}
