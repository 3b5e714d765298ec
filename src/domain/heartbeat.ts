import { reasonFor } from './heartbeat-reason.ts'
import type {
  HeartbeatContent,
  HeartbeatRules,
  HeartbeatStatus,
  HeartbeatVerdict,
  Moment,
  Sighting,
  Watched,
} from './heartbeat-facts.ts'
import {
  findWriter,
  isProvenWriter,
  type Life,
  lifeOf,
  START_SLACK_MS,
} from './heartbeat-writer.ts'

export type * from './heartbeat-facts.ts'

/** Whether a wrapper is awake: by its process, and by when we last saw its file change. */
export function judge(
  before: Watched | undefined,
  sighting: Sighting,
  now: Moment,
  rules: HeartbeatRules,
): HeartbeatVerdict {
  const seen = remember(before, sighting, now, rules)
  const inGrace = now.monotonicMs < now.graceUntilMs
  const ageMs = now.monotonicMs - seen.refreshedMs
  const life = lifeOf(seen, sighting, now, inGrace)
  const late = ageMs > rules.staleAfterMs
  const status = late && !inGrace ? 'stale' : life === 'alive' ? 'fresh' : 'orphan'
  const watched = noteStatus(seen, status, now)
  return {
    watched,
    status,
    reason: reasonFor(status, life, sighting, now, ageMs),
    ageMs,
    activeAgoMs: status === 'fresh' ? activeAgo(watched, now) : null,
    sweepable: !inGrace && isCondemned(watched, life, sighting.content, now, rules),
  }
}

/** What is known after this look, before it is judged. */
function remember(
  before: Watched | undefined,
  sighting: Sighting,
  now: Moment,
  rules: HeartbeatRules,
): Watched {
  if (before === undefined) return firstSight(sighting, now, rules)
  if (before.stamp !== sighting.stamp) {
    const isOfAnother = !isOfSame(before, sighting.content)
    return isOfAnother ? firstSight(sighting, now, rules) : changed(before, sighting, now)
  }
  if (before.writerStart !== null) return before
  const writerStart = findWriter(null, before.seenChanging, sighting, now)
  return writerStart === null ? before : { ...before, writerStart }
}

function firstSight(sighting: Sighting, now: Moment, rules: HeartbeatRules): Watched {
  const { content, stamp } = sighting
  const refreshedMs = now.monotonicMs - ageAtFirstSight(sighting, now, rules.staleAfterMs)
  return {
    stamp,
    pid: content.kind === 'hostile' ? null : content.pid,
    uuid: content.kind === 'hostile' ? null : content.uuid,
    unchangedSinceMs: now.monotonicMs,
    refreshedMs,
    seenChanging: false,
    writerStart: findWriter(null, false, sighting, now),
    badSinceMs: null,
    lastActivityMs: activityIn(content),
    activeMs: refreshedMs - restBeforeRefresh(content),
  }
}

function changed(before: Watched, sighting: Sighting, now: Moment): Watched {
  const { content, stamp } = sighting
  const lastActivityMs = activityIn(content) ?? before.lastActivityMs
  const actedMs = Math.max(before.refreshedMs, now.monotonicMs - restBeforeRefresh(content))
  return {
    ...before,
    stamp,
    unchangedSinceMs: now.monotonicMs,
    refreshedMs: now.monotonicMs,
    seenChanging: true,
    writerStart: findWriter(before.writerStart, true, sighting, now),
    badSinceMs: null,
    lastActivityMs,
    activeMs: lastActivityMs === before.lastActivityMs ? before.activeMs : actedMs,
  }
}

/** The time inside counts, unless it cannot be: then the file's own; and if that cannot be either, it was now. */
function ageAtFirstSight(sighting: Sighting, now: Moment, staleAfterMs: number): number {
  const { content, look, mtimeMs } = sighting
  const stated = content.kind === 'heartbeat' ? content.lastRefreshMs : null
  const newest = now.wallMs + staleAfterMs
  if (stated === null || stated > newest) {
    return mtimeMs > newest ? 0 : Math.max(0, now.wallMs - mtimeMs)
  }
  if (isProvenWriter(content, look) && stated < look.startedAtMs - START_SLACK_MS) {
    // Nobody refreshes before they were born: the clock was set since, or theirs is not ours.
    return 0
  }
  return Math.max(0, now.wallMs - stated)
}

function isOfSame(before: Watched, content: HeartbeatContent): boolean {
  return content.kind !== 'hostile' && content.pid === before.pid && content.uuid === before.uuid
}

function activityIn(content: HeartbeatContent): number | null {
  return content.kind === 'heartbeat' ? (content.lastActivityMs ?? null) : null
}

/** How long the writer had done nothing when it refreshed, by its own clock. */
function restBeforeRefresh(content: HeartbeatContent): number {
  if (content.kind !== 'heartbeat' || content.lastRefreshMs === null) return 0
  return Math.max(0, content.lastRefreshMs - (content.lastActivityMs ?? content.lastRefreshMs))
}

function activeAgo(watched: Watched, now: Moment): number {
  return watched.lastActivityMs === null ? 0 : Math.max(0, now.monotonicMs - watched.activeMs)
}

function noteStatus(watched: Watched, status: HeartbeatStatus, now: Moment): Watched {
  if (status === 'fresh')
    return watched.badSinceMs === null ? watched : { ...watched, badSinceMs: null }
  return watched.badSinceMs === null ? { ...watched, badSinceMs: now.monotonicMs } : watched
}

function isCondemned(
  { badSinceMs, unchangedSinceMs }: Watched,
  life: Life,
  content: HeartbeatContent,
  now: Moment,
  rules: HeartbeatRules,
): boolean {
  if (badSinceMs === null) return false
  if (content.kind === 'hostile' && !content.removable) return false
  if (now.monotonicMs - badSinceMs < rules.sweepAfterMs) return false
  return life === 'gone' || now.monotonicMs - unchangedSinceMs > rules.staleAfterMs
}
