import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { syncFolder } from '../atomic-write.ts'
import { errorCode, failedDoing, isMissing } from '../system-error.ts'
import type { RunPaths } from './run-paths.ts'

export type Fence = 'none' | 'started' | 'cancelled'

const CANCELLED = 'cancelled\n'

/** Who made the start fence, if anybody did. */
export function readFence({ started }: RunPaths): Fence {
  try {
    return readFileSync(started, 'latin1') === CANCELLED ? 'cancelled' : 'started'
  } catch (error) {
    if (isMissing(error)) return 'none'
    throw failedDoing(`reading ${started}`, error)
  }
}

/** Makes sure that this attempt never starts, unless it has: whoever is first wins, for good. */
export function cancelIfNotStarted(paths: RunPaths): 'cancelled' | 'started' {
  const draft = `${paths.run}/.cancel-${process.pid}`
  try {
    writeFileSync(draft, CANCELLED, { mode: 0o600 })
    linkSync(draft, paths.started)
    syncFolder(paths.run)
    return 'cancelled'
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw failedDoing(`cancelling ${paths.run}`, error)
    return readFence(paths) === 'cancelled' ? 'cancelled' : 'started'
  } finally {
    rmSync(draft, { force: true })
  }
}
