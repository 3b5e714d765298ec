import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import { ProblemError } from '../domain/problem.ts'
import { syncFolder } from './atomic-write.ts'
import { failedDoing, isMissing } from './system-error.ts'

/** What SQLite keeps beside the database itself. */
const COMPANIONS = ['-wal', '-shm']

/** Makes sure that what lies at the store's name is a file of ours, creating it private when there is none. */
export function prepareStoreFile(path: string): void {
  for (const name of [path, ...COMPANIONS.map((suffix) => path + suffix)]) refuseForeign(name)
  const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants
  try {
    closeSync(openSync(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600))
  } catch (error) {
    throw failedDoing(`opening store ${path}`, error, 'make room, or make the home writable again')
  }
}

/** Moves a damaged store out of the way under a name that tells when; gives the new name. */
export function setStoreAside(path: string, stamp: string): string {
  const aside = `${path}.damaged-${stamp.replaceAll(/[:.]/g, '-')}`
  for (const suffix of ['', ...COMPANIONS]) renameIfThere(path + suffix, aside + suffix)
  syncFolder(dirname(path))
  return basename(aside)
}

/** Puts the last copy in the store's place. False when there is none. */
export function restoreStore(backup: string, path: string): boolean {
  try {
    if (!lstatSync(backup).isFile()) return false
    copyFileSync(backup, path, constants.COPYFILE_EXCL)
  } catch (error) {
    if (isMissing(error)) return false
    throw failedDoing(`copying ${backup} to ${path}`, error)
  }
  chmodSync(path, 0o600)
  return true
}

/** Replaces last night's copy by one that is written anew; a half-written one never gets its name. */
export async function putCopyInPlace(
  backup: string,
  write: (path: string) => Promise<void>,
): Promise<void> {
  const fresh = `${backup}.new`
  for (const suffix of ['', ...COMPANIONS]) rmSync(fresh + suffix, { force: true })
  await write(fresh)
  chmodSync(fresh, 0o600)
  syncFile(fresh)
  renameIfThere(fresh, backup)
  syncFolder(dirname(backup))
}

/** Whether there is anything to read; what is no file there is refused as a start would. */
export function storeFileExists(path: string): boolean {
  return refuseForeign(path) > 0
}

/** Differs for every store that was ever put in that place. */
export function storeStamp(path: string): string {
  const { dev, ino, birthtimeMs } = lstatSync(path)
  return `${dev}:${ino}:${birthtimeMs}`
}

/** The size of what is no more than a file; 0 where nothing is. */
function refuseForeign(path: string): number {
  try {
    const facts = lstatSync(path)
    if (facts.isFile()) return facts.size
  } catch (error) {
    if (isMissing(error)) return 0
    throw failedDoing(`looking at store ${path}`, error)
  }
  throw new ProblemError({
    kind: 'unusable',
    message: `store ${path} is not a file of its own (a link, folder or device lies there)`,
    hint: 'move it away',
  })
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isMissing(error)) throw failedDoing(`renaming ${from}`, error)
  }
}

function syncFile(path: string): void {
  const fd = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
