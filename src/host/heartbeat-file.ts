import { lstatSync, renameSync, type Stats, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { HeartbeatContent } from '../domain/heartbeat.ts'
import { parseHeartbeat, tornHeartbeat } from '../formats/heartbeat-text.ts'
import { tempPath } from './atomic-write.ts'
import { putBack } from './put-back.ts'
import { readSmallFile } from './read-small-file.ts'
import { isMissing, reasonOf } from './system-error.ts'

/** What of a file changes whenever it is written anew. */
export interface FileMark {
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
}

export interface HeartbeatRead {
  readonly content: HeartbeatContent
  readonly mark: FileMark
}

export type Swept =
  | { readonly kind: 'swept' | 'changed' | 'missing' }
  /** `reason` continues "the file …". */
  | { readonly kind: 'kept'; readonly reason: string }

const MOST_BYTES = 64 * 1024
const ownUid = process.geteuid?.()
/** Asked for once: asking the system for each of ten thousand files is felt. */
const LIMITS = { maxBytes: MOST_BYTES, ...(ownUid === undefined ? {} : { ownerUid: ownUid }) }

/** Reads whatever lies under the name of a heartbeat; undefined when nothing does any more. */
export function readHeartbeat(path: string, name: string): HeartbeatRead | undefined {
  const file = readSmallFile(path, LIMITS)
  if (file.kind === 'missing') return undefined
  if (file.kind === 'ok') return { content: parseHeartbeat(file.text, name), mark: file.facts }
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  const isOurs = file.facts !== null && isOwnSmallFile(stats)
  const content: HeartbeatContent = isOurs
    ? tornHeartbeat(name, file.reason)
    : { kind: 'hostile', reason: file.reason, removable: !stats.isDirectory() }
  return { content, mark: stats }
}

export function isSameMark(a: FileMark, b: FileMark): boolean {
  return a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.size === b.size
}

/**
 * Removes a file if it is still as it was seen. It is moved aside first and looked at there: what a
 * writer put in its place in the meantime is never removed, at worst it is missing for a moment.
 */
export function sweepFile(path: string, seen: FileMark): Swept {
  const aside = tempPath(dirname(path))
  try {
    if (!isAsSeen(path, seen)) return { kind: 'changed' }
    renameSync(path, aside)
    if (isAsSeen(aside, seen)) {
      unlinkSync(aside)
      return { kind: 'swept' }
    }
    putBack(aside, path)
    return { kind: 'changed' }
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' }
    return { kind: 'kept', reason: `cannot be removed (${reasonOf(error)})` }
  }
}

function isAsSeen(path: string, seen: FileMark): boolean {
  const stats = lstatSync(path)
  return isSameMark(stats, seen) && !stats.isDirectory()
}

/** It was opened and refused for its text alone, not for what it is. */
function isOwnSmallFile(stats: Stats): boolean {
  const isOurs = ownUid === undefined || stats.uid === ownUid
  return isOurs && stats.isFile() && stats.size <= MOST_BYTES
}
