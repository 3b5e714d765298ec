import type { Census, Counted } from '../domain/census.ts'
import type { EventBody } from '../domain/event.ts'
import type { HeartbeatStatus } from '../domain/heartbeat.ts'
import { printableLine } from '../domain/printable.ts'
import type { HeartbeatFile } from '../host/heartbeat-dir.ts'

interface Known {
  readonly status: HeartbeatStatus
  readonly why: string
  readonly who: string
  readonly pid: number | null
  readonly uuid: string | null
}

export type KnownWrappers = ReadonlyMap<string, Known>

/** More than this in one look are only counted. */
const MOST_TOLD = 50
const NOBODY = { pid: null, uuid: null }

/** Tells who came, went, or changed since the last look; of the first look nothing is news. */
export function tellChanges(
  before: KnownWrappers | null,
  census: Census<HeartbeatFile>,
  emit: (body: EventBody) => void,
): KnownWrappers {
  if (before !== null && isSame(before, census)) return before
  const now = new Map(census.wrappers.map((each) => [each.file.path, knownOf(each)]))
  if (before === null) return now
  const news = [...movesOf(before, now)]
  if (news.length <= MOST_TOLD) for (const each of news) emit(each)
  else emit(countOf(news))
  return now
}

function knownOf({ file, verdict }: Counted<HeartbeatFile>): Known {
  const { pid, uuid } = file.content.kind === 'hostile' ? NOBODY : file.content
  return { status: verdict.status, why: verdict.reason, who: nameOf(file), pid, uuid }
}

/** A wrapper that goes on in another process, and so under another name, neither comes nor leaves. */
function* movesOf(before: KnownWrappers, now: KnownWrappers): Generator<EventBody> {
  const [knownBefore, knownNow] = [byUuid(before), byUuid(now)]
  for (const [path, { pid, uuid, status: to, who, why }] of now) {
    const from = (before.get(path) ?? knownBefore.get(uuid))?.status
    if (from === undefined) yield { type: 'wrapper_came', who, pid, path }
    else if (from !== to) yield { type: 'wrapper_changed', who, pid, path, from, to, why }
  }
  for (const [path, { who, pid, uuid }] of before) {
    if (!now.has(path) && !knownNow.has(uuid)) yield { type: 'wrapper_left', who, pid, path }
  }
}

function byUuid(wrappers: KnownWrappers): ReadonlyMap<string | null, Known> {
  const known = new Map<string | null, Known>()
  for (const each of wrappers.values()) if (each.uuid !== null) known.set(each.uuid, each)
  return known
}

function countOf(news: readonly EventBody[]): EventBody {
  const count = (type: EventBody['type']): number =>
    news.filter((each) => each.type === type).length
  return {
    type: 'wrappers_moved',
    came: count('wrapper_came'),
    changed: count('wrapper_changed'),
    left: count('wrapper_left'),
  }
}

/** Most looks find what the last one found: then there is nothing to build. */
function isSame(before: KnownWrappers, { wrappers }: Census<HeartbeatFile>): boolean {
  if (before.size !== wrappers.length) return false
  return wrappers.every(({ file, verdict }) => before.get(file.path)?.status === verdict.status)
}

function nameOf({ content, path }: HeartbeatFile): string {
  if (content.kind === 'heartbeat' && content.label !== undefined) {
    return `wrapper "${printableLine(content.label, 40)}"`
  }
  if (content.kind !== 'hostile' && content.pid !== null) return `wrapper ${content.pid}`
  return `wrapper ${printableLine(path.slice(path.lastIndexOf('/') + 1), 60)}`
}
