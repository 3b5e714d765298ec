import { closeSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { syncFolder } from '../atomic-write.ts'
import { errorCode, failedDoing } from '../system-error.ts'
import { openPlain } from './plain-file.ts'
import type { RunPaths } from './run-paths.ts'

export type Fence = 'none' | 'started' | 'cancelled'

const CANCELLED = 'cancelled\n'

/** Who made the start fence, if anybody did. */
export function readFence({ started }: RunPaths): Fence {
  const fd = openPlain(started)
  if (fd === 'missing') return 'none'
  // Whatever lies there keeps a waiter from starting.
  if (fd === 'odd') return 'started'
  try {
    return readFileSync(fd, 'latin1') === CANCELLED ? 'cancelled' : 'started'
  } catch (error) {
    throw failedDoing(`reading ${started}`, error)
  } finally {
    closeSync(fd)
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
