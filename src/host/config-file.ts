import { readFileSync, statSync } from 'node:fs'
import type { ConfigFile } from '../config.ts'
import { isMissing, reasonOf } from './system-error.ts'

const MOST_BYTES = 1024 * 1024

/** The config file's text. A link is followed: it is the user's own file, and people keep them elsewhere. */
export function readConfigFile(path: string): ConfigFile {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) return { kind: 'unreadable', path, reason: 'is not a file' }
    if (stats.size > MOST_BYTES) return { kind: 'unreadable', path, reason: 'is larger than 1 MiB' }
    return { kind: 'text', path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' }
    return { kind: 'unreadable', path, reason: reasonOf(error) }
  }
}

/** Changes whenever the file does, also when it comes or goes. */
export function configStamp(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`
  } catch (error) {
    return reasonOf(error)
  }
}
