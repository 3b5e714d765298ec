import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { failedDoing, isMissing } from './system-error.ts'

/** Whatever is asked for, no more of a log than its last megabyte is read. */
export const MOST_TAIL_BYTES = 1024 * 1024

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants
const CHUNK_BYTES = 64 * 1024
const NEWLINE = 0x0a

/** Opens the log of a report for reading; undefined while there is none. Anything but a plain file is refused. */
export function openReportLog(path: string): number | undefined {
  let fd: number | undefined
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    if (!fstatSync(fd).isFile()) throw new Error('is not a plain file')
    return fd
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    if (isMissing(error)) return undefined
    throw failedDoing(`reading log ${path}`, error)
  }
}

export interface LogTail {
  readonly text: Buffer
  /** All that the log holds. */
  readonly bytes: number
}

/** The last lines of a log; undefined while there is none. */
export function readReportTail(path: string, lines: number): LogTail | undefined {
  const fd = openReportLog(path)
  if (fd === undefined) return undefined
  try {
    const { size } = fstatSync(fd)
    const from = startOfLastLines(fd, lines, size)
    return { text: readAt(fd, from, size - from), bytes: size }
  } finally {
    closeSync(fd)
  }
}

/** Where the last lines begin, looked for from the end; within the last megabyte, wherever that begins. */
export function startOfLastLines(fd: number, lines: number, size: number): number {
  if (lines === 0) return size
  const floor = Math.max(0, size - MOST_TAIL_BYTES)
  let wanted = lines + (readAt(fd, size - 1, 1)[0] === NEWLINE ? 1 : 0)
  for (let end = size; end > floor; end -= CHUNK_BYTES) {
    const start = Math.max(floor, end - CHUNK_BYTES)
    const bytes = readAt(fd, start, end - start)
    for (let at = bytes.lastIndexOf(NEWLINE); at >= 0; at = lastBefore(bytes, at)) {
      wanted -= 1
      if (wanted === 0) return start + at + 1
    }
  }
  return floor
}

export function readAt(fd: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, length))
  let got = 0
  while (got < buffer.length) {
    const more = readSync(fd, buffer, got, buffer.length - got, Math.max(0, at) + got)
    if (more === 0) break
    got += more
  }
  return buffer.subarray(0, got)
}

/** An offset of -1 would mean the end. */
function lastBefore(bytes: Buffer, at: number): number {
  return at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1)
}
