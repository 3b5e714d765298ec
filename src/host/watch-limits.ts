import { readFileSync } from 'node:fs'
import { isMissing } from './system-error.ts'

export interface WatchLimits {
  readonly watches: number
  readonly instances: number
}

/** How much a user may watch; undefined where the system does not say (macOS). */
export function watchLimits(): WatchLimits | undefined {
  try {
    return {
      watches: read('/proc/sys/fs/inotify/max_user_watches'),
      instances: read('/proc/sys/fs/inotify/max_user_instances'),
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function read(path: string): number {
  return Number(readFileSync(path, 'utf8'))
}
