import { statSync } from 'node:fs'
import { failedDoing, isMissing } from './system-error.ts'

/** Differs once a folder was removed and made again; undefined while there is none. */
export function folderStamp(path: string): string | undefined {
  try {
    const stats = statSync(path)
    return stats.isDirectory() ? `${stats.dev}:${stats.ino}:${stats.birthtimeMs}` : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw failedDoing(`looking at folder ${path}`, error)
  }
}
