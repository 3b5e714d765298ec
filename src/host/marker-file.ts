import { lstatSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Asker, type Claim, judgeMarker, type Judgement } from '../domain/lock.ts'
import type { Marker } from '../formats/marker.ts'
import { tempPath, unusedSuffix } from './atomic-write.ts'
import { systemClock } from './clock.ts'
import { belongsToAnother, lookAt, selfIdentity } from './identity.ts'
import { putBack } from './put-back.ts'
import { readSmallFile, type SmallFile } from './read-small-file.ts'
import { errorCode, failedDoing, isMissing } from './system-error.ts'

export type MarkerSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'marker'; readonly marker: Marker; readonly text: string }
  | {
      readonly kind: 'garbage'
      /** Continues "the marker …". */
      readonly reason: string
      readonly text: string | null
      readonly stamp: string
    }

/** What has to be there still, for it to be removed. */
export type Shown =
  | { readonly kind: 'marker'; readonly text: string }
  | { readonly kind: 'garbage'; readonly stamp: string }

export interface Holding extends Judgement {
  /** The process that wrote the marker was seen alive, not just not ruled out. */
  readonly seenAlive: boolean
}

const MOST_BYTES = 16 * 1024

/** Reads what lies in the marker's place, whatever that is. The schema is loaded only when there is a text to parse. */
export async function readMarker(path: string): Promise<MarkerSeen> {
  // Taken before the content is, so that a marker written in between is not taken for this one.
  const stamp = stampOf(path)
  if (stamp === undefined) return { kind: 'none' }
  const file = readMarkerFile(path)
  if (file.kind === 'missing') return { kind: 'none' }
  if (file.kind === 'bad') return { kind: 'garbage', reason: file.reason, text: null, stamp }
  const { parseMarker } = await import('../formats/marker.ts')
  const parsed = parseMarker(file.text)
  if (parsed.ok) return { kind: 'marker', marker: parsed.marker, text: file.text }
  return { kind: 'garbage', reason: parsed.reason, text: file.text, stamp }
}

/** The marker's bare text, not parsed. */
export function readMarkerFile(path: string): SmallFile {
  return readSmallFile(path, { maxBytes: MOST_BYTES })
}

/** Who the marker stands for, as seen from this process on the host of this name. */
export function judgeHolder(seen: MarkerSeen, hostname: string): Holding {
  const asker: Asker = { ...selfIdentity(), hostname }
  const nowMs = systemClock.wallMs()
  if (seen.kind !== 'marker') return { ...judgeMarker(seen, asker, nowMs), seenAlive: false }
  const { pid } = seen.marker
  const look = lookAt(pid)
  const facts = { look, ofAnotherUser: belongsToAnother(pid), claim: claimOf(seen.marker) }
  const judgement = judgeMarker({ kind: 'marker', ...facts }, asker, nowMs)
  const seenAlive = judgement.verdict === 'held' && look.state === 'alive'
  return { ...judgement, seenAlive }
}

/** Removes the marker that was shown and no other: one written since keeps its place, or is put back. */
export function removeMarker(path: string, shown: Shown): 'removed' | 'changed' | 'missing' {
  const before = compare(path, shown)
  if (before !== 'same') return before
  const aside = tempPath(dirname(path))
  try {
    if (!moved(path, aside)) return 'missing'
    if (compare(aside, shown) === 'same') {
      dispose(aside, path)
      return 'removed'
    }
    putBack(aside, path)
    return 'changed'
  } catch (error) {
    throw failedDoing(`removing lock marker ${path}`, error)
  }
}

/** Makes room for a marker where a folder lies: an empty one goes, a full one gets another name. */
export function moveFolderAway(path: string): void {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) dispose(path, path)
  } catch (error) {
    throw failedDoing(`making room for lock marker ${path}`, error, 'move it away')
  }
}

/** Changes whenever the file does; undefined when there is none. */
export function stampOf(path: string): string | undefined {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return stats && `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`
  } catch (error) {
    if (isMissing(error)) return undefined
    throw failedDoing(`looking at lock marker ${path}`, error)
  }
}

function claimOf(marker: Marker): Claim {
  return {
    pid: marker.pid,
    hostname: marker.hostname,
    startedAtMs: Date.parse(marker.started_at),
    processStart: marker.process_start,
    bootId: marker.boot_id,
  }
}

function compare(path: string, shown: Shown): 'same' | 'changed' | 'missing' {
  const stamp = stampOf(path)
  if (stamp === undefined) return 'missing'
  if (shown.kind === 'garbage') return stamp === shown.stamp ? 'same' : 'changed'
  const file = readMarkerFile(path)
  if (file.kind === 'missing') return 'missing'
  return file.kind === 'ok' && file.text === shown.text ? 'same' : 'changed'
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Whatever a folder holds is somebody's: it stays beside the marker's place under a name of its own. */
function dispose(found: string, place: string): void {
  if (!lstatSync(found).isDirectory()) return unlinkSync(found)
  try {
    rmdirSync(found)
  } catch (error) {
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
    renameSync(found, `${place}.set-aside-${unusedSuffix()}`)
  }
}
