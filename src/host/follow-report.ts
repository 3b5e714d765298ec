import { closeSync, fstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeBell } from './bell.ts'
import { placeAfterCut } from './report-log-cut.ts'
import { openReportLog, readAt, startOfLastLines } from './report-tail.ts'
import { isMissing } from './system-error.ts'

export interface FollowReportOptions {
  /** Only so many of the last lines of what is there already. */
  readonly lines: number
  /** Whether nothing comes any more, but what is there already. Asked again and again. */
  readonly isOver: () => boolean
}

const CHUNK_BYTES = 64 * 1024

/**
 * Gives the log of a report as it grows, until the report is over. One that was cut, truncated or replaced goes on;
 * one that was removed is read to its end.
 */
export async function* followReportLog(
  path: string,
  { lines, isOver }: FollowReportOptions,
): AsyncGenerator<Buffer> {
  const bell = makeBell(dirname(path))
  let fd = openReportLog(path)
  let at = fd === undefined ? 0 : startOfLastLines(fd, lines, fstatSync(fd).size)

  function* unread(): Generator<Buffer> {
    if (fd === undefined) return
    if (fstatSync(fd).size < at) at = 0
    for (let bytes = readAt(fd, at, CHUNK_BYTES); bytes.length > 0;) {
      at += bytes.length
      yield bytes
      bytes = readAt(fd, at, CHUNK_BYTES)
    }
  }

  /** What was read to its end and has another file in its place now. */
  function turnToNext(): void {
    if (fd !== undefined && isStill(path, fd)) return
    const next = openReportLog(path)
    if (next === undefined) return
    const isFirst = fd === undefined
    if (fd !== undefined) closeSync(fd)
    fd = next
    at = isFirst ? 0 : placeAfterCut(next)
  }

  try {
    for (;;) {
      const isLast = isOver()
      // Asked for first: what is added while it is read is still in the old one.
      const isOld = fd === undefined || !isStill(path, fd)
      yield* unread()
      if (isOld) {
        turnToNext()
        yield* unread()
      }
      if (isLast) return
      await bell.rings()
    }
  } finally {
    bell.close()
    if (fd !== undefined) closeSync(fd)
  }
}

function isStill(path: string, fd: number): boolean {
  try {
    return statSync(path).ino === fstatSync(fd).ino
  } catch (error) {
    if (isMissing(error)) return true
    throw error
  }
}
