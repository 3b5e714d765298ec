import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs'
import { errorCode, failedDoing, isMissing } from '../system-error.ts'
import type { RunPaths } from './run-paths.ts'

export interface WaiterWatch {
  /** No longer wants to know. */
  close(): void
}

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants
const shared = Buffer.alloc(1)

/** Whether a waiter holds this run: the kernel's own word, not that of a process number. */
export function waiterLives(paths: RunPaths): boolean {
  const fd = openAlive(paths)
  if (fd === undefined) return false
  try {
    return hasWriter(fd)
  } finally {
    closeSync(fd)
  }
}

/** Calls once, and never at once, when the waiter is gone, however it went: also for one that we did not start. */
export function watchWaiter(paths: RunPaths, onGone: () => void): WaiterWatch {
  let wanted = true
  const tell = (): void => {
    if (wanted) onGone()
    wanted = false
  }
  const fd = openAlive(paths)
  if (fd === undefined || !hasWriter(fd)) {
    if (fd !== undefined) closeSync(fd)
    setImmediate(tell)
    return { close: () => void (wanted = false) }
  }
  const { Socket } = process.getBuiltinModule('node:net')
  const socket = new Socket({ fd, readable: true, writable: false })
  socket.on('error', tell)
  socket.on('close', tell)
  socket.resume()
  return {
    close: () => {
      wanted = false
      socket.destroy()
    },
  }
}

/** Nobody holds what is no FIFO. */
function openAlive({ alive }: RunPaths): number | undefined {
  try {
    if (!lstatSync(alive).isFIFO()) return undefined
    return openSync(alive, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw failedDoing(`opening ${alive}`, error)
  }
}

/** Reading a FIFO that nobody writes to gives the end of the file, and one that somebody holds gives "try again". */
function hasWriter(fd: number): boolean {
  try {
    return readSync(fd, shared, 0, 1, null) > 0
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return true
    throw failedDoing('reading from a waiter', error)
  }
}
