import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  rmdirSync,
  type BigIntStats,
} from 'node:fs'
import * as sqlite from 'node:sqlite'
import { ProblemError } from '../domain/problem.ts'
import { errorCode, failedDoing, isMissing } from './system-error.ts'

export interface KernelLock {
  /** Undefined while the file we hold is the one that others would try; else what happened to it. */
  lost(): string | undefined
  release(): void
}

export type KernelAttempt =
  | { readonly kind: 'held'; readonly lock: KernelLock; readonly note: string | null }
  | { readonly kind: 'busy' }

interface Opened {
  readonly fd: number
  readonly key: string
  readonly note: string | null
}

/** Newer versions of Node have it under the shorter name. */
const Sqlite = (Reflect.get(sqlite, 'Database') ??
  sqlite.DatabaseSync) as typeof sqlite.DatabaseSync
type Database = InstanceType<typeof Sqlite>

const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
const MOST_TRIES = 10
/** SQLite's primary result codes: somebody else has it; somebody wrote into the file just now. */
const BUSY_CODES = new Set([5, 6])
const CONTENT_CODES = new Set([11, 26])

/**
 * Files this process holds, by inode. Closing any descriptor of such a file would drop the lock, so it is
 * never opened twice; and a database that nobody refers to would be collected, and the lock with it.
 */
const holding = new Map<string, Database>()

/**
 * Tries to take the lock that the kernel lets go by itself when we die. The file always stays empty: SQLite
 * then never rolls anything back, which is the one time it would turn everybody away.
 */
export function takeKernelLock(path: string): KernelAttempt {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const attempt = tryOnce(path)
    if (attempt !== 'again') return attempt
  }
  throw unusable(
    `lock file ${path} is being replaced all the time`,
    'find out which program does it',
  )
}

function tryOnce(path: string): KernelAttempt | 'again' {
  if (holding.has(keyOf(lookAtPath(path)))) return { kind: 'busy' }
  const opened = openFile(path)
  const database = lockOrClose(path, opened)
  if (typeof database === 'string') return database === 'busy' ? { kind: 'busy' } : 'again'
  if (keyOf(lookAtPath(path)) !== opened.key) {
    letGo(database, opened)
    return 'again'
  }
  holding.set(opened.key, database)
  return { kind: 'held', lock: hold(path, database, opened), note: opened.note }
}

function hold(path: string, database: Database, opened: Opened): KernelLock {
  return {
    lost: () => whatHappened(path, opened.key),
    release: () => {
      if (holding.get(opened.key) !== database) return
      holding.delete(opened.key)
      letGo(database, opened)
    },
  }
}

/** Our own descriptor keeps the inode from being used again, so that comparing its number is enough. */
function openFile(path: string): Opened {
  const fd = openOrExplain(path)
  try {
    const stats = fstatSync(fd, { bigint: true })
    refuseForeign(path, stats)
    if ((stats.mode & 0o777n) !== 0o600n) fchmodSync(fd, 0o600)
    return { fd, key: keyOf(stats), note: stats.size > 0n ? empty(path, fd, stats) : null }
  } catch (error) {
    closeSync(fd)
    throw failedDoing(`preparing lock file ${path}`, error)
  }
}

function openOrExplain(path: string): number {
  try {
    return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  } catch (error) {
    if (errorCode(error) === 'EISDIR') return openAfterFolder(path)
    if (errorCode(error) === 'ELOOP' || errorCode(error) === 'ENXIO') throw notAFile(path)
    throw failedDoing(`opening lock file ${path}`, error, 'give the home back to us, writable')
  }
}

/** Only an empty folder is removed: rmdir cannot hit a lock file that somebody else has put there meanwhile. */
function openAfterFolder(path: string): number {
  try {
    rmdirSync(path)
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') throw notAFile(path)
    if (!isMissing(error)) throw failedDoing(`removing the folder ${path}`, error)
  }
  return openOrExplain(path)
}

function refuseForeign(path: string, stats: BigIntStats): void {
  if (!stats.isFile()) throw notAFile(path)
  const uid = process.geteuid?.()
  if (uid !== undefined && stats.uid !== BigInt(uid)) {
    throw unusable(`lock file ${path} belongs to user ${stats.uid}`, 'give it back, or remove it')
  }
  if (stats.size > 0n && stats.nlink > 1n) {
    throw unusable(`lock file ${path} is a link to a file with content`, 'remove the link')
  }
}

/** In place: the inode stays, so whoever holds the lock on it goes on holding it. */
function empty(path: string, fd: number, stats: BigIntStats): string {
  ftruncateSync(fd, 0)
  return `emptied lock file ${path}, which had ${stats.size} bytes that nobody of us wrote`
}

function lockOrClose(path: string, opened: Opened): Database | 'busy' | 'again' {
  let database: Database | undefined
  try {
    database = new Sqlite(path, { timeout: 0 })
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
    return database
  } catch (error) {
    database?.close()
    closeSync(opened.fd)
    const code = sqliteCode(error)
    if (BUSY_CODES.has(code)) return 'busy'
    if (CONTENT_CODES.has(code)) return 'again'
    throw failedDoing(`locking ${path}`, error)
  }
}

/** The database first: its lock must not be dropped by the closing of another descriptor. */
function letGo(database: Database, opened: Opened): void {
  database.close()
  closeSync(opened.fd)
}

function whatHappened(path: string, key: string): string | undefined {
  const stats = lookAtPath(path)
  if (stats === undefined) return `lock file ${path} is gone`
  return keyOf(stats) === key ? undefined : `lock file ${path} was replaced`
}

function lookAtPath(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw failedDoing(`looking at lock file ${path}`, error)
  }
}

function keyOf(stats: BigIntStats | undefined): string {
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`
}

function sqliteCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return typeof error.errcode === 'number' ? error.errcode & 0xff : 0
}

function notAFile(path: string): ProblemError {
  return unusable(
    `lock file ${path} is not a file of its own (a link, folder or device lies there)`,
    'move it away',
  )
}

function unusable(message: string, hint: string): ProblemError {
  return new ProblemError({ kind: 'unusable', message, hint })
}
