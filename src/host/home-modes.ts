import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isOwnHome } from './home.ts'
import { innerFolders, type Paths } from './paths.ts'
import { failedDoing, isMissing } from './system-error.ts'

const FOR_OTHERS = 0o077
/** A folder of ten thousand heartbeats is not worth more than this. */
const MOST_NAMES = 2_000

/** Files and folders of the home that others may read, write or enter. None in a home that is not ours, or behind a link. */
export function looseModes(paths: Paths): string[] {
  if (!isOwnHome(paths.home)) return []
  const folders = [paths.home, paths.log, ...innerFolders(paths)].filter(isRealFolder)
  const inside = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
  return [...new Set([...folders, ...inside])].filter(isLoose)
}

export function makePrivate(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      const { mode } = lstatSync(path)
      chmodSync(path, mode & 0o777 & ~FOR_OTHERS)
    } catch (error) {
      if (!isMissing(error)) throw failedDoing(`making ${path} private`, error)
    }
  }
}

export function homeExists(paths: Paths): boolean {
  return lstatSync(paths.home, { throwIfNoEntry: false }) !== undefined
}

function isRealFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isLoose(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.isSymbolicLink()) return false
  return (
    (stats.isFile() || stats.isDirectory() || stats.isSocket()) && (stats.mode & FOR_OTHERS) !== 0
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MOST_NAMES)
  } catch (error) {
    if (isMissing(error)) return []
    throw failedDoing(`reading ${folder}`, error)
  }
}
