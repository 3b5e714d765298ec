import { constants, closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { tempPath } from './atomic-write.ts'

const MIB = 1024 * 1024
/** A log that would grow beyond this loses its middle. */
export const MOST_LOG_BYTES = 16 * MIB
/** How large a log is right after it was cut: whoever has read the old one to its end goes on from here. */
const CUT_LOG_BYTES = 8 * MIB
const MARK_BYTES = 64
const MARK_START = '\n[curfew] '
const HEAD_BYTES = 4 * MIB
const TAIL_BYTES = CUT_LOG_BYTES - HEAD_BYTES - MARK_BYTES
const CHUNK_BYTES = MIB

/** Puts a log in the place of the old one that has only its head and its tail; says how many bytes went. */
export function cutLog(path: string, size: number, cutBefore: number): number {
  const temp = tempPath(dirname(path))
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const from = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const to = openSync(temp, 'wx', 0o600)
    try {
      const gone = copyEnds(from, to, size, cutBefore)
      renameSync(temp, path)
      return gone
    } finally {
      closeSync(to)
    }
  } catch (error) {
    rmSync(temp, { force: true })
    throw error
  } finally {
    closeSync(from)
  }
}

/** Where whoever has read the log that was there before to its end goes on in this one. */
export function placeAfterCut(fd: number): number {
  const start = Buffer.from(MARK_START)
  return read(fd, HEAD_BYTES, start.length).equals(start) ? CUT_LOG_BYTES : 0
}

/** What is left of the first line behind the cut stands on the line of the mark. */
function copyEnds(from: number, to: number, size: number, cutBefore: number): number {
  const markBefore = cutBefore === 0 ? 0 : MARK_BYTES
  const gone = size - HEAD_BYTES - TAIL_BYTES - markBefore
  copy(from, to, 0, HEAD_BYTES)
  const mark = `${MARK_START}${gone + cutBefore} bytes were cut out here …`
  writeAll(to, Buffer.concat([Buffer.from(mark), Buffer.alloc(MARK_BYTES, ' ')], MARK_BYTES))
  copy(from, to, size - TAIL_BYTES, size)
  return gone
}

function copy(from: number, to: number, start: number, end: number): void {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    writeAll(to, read(from, at, Math.min(CHUNK_BYTES, end - at)))
  }
}

function read(fd: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let got = 0
  while (got < length) {
    const more = readSync(fd, buffer, got, length - got, at + got)
    if (more === 0) break
    got += more
  }
  return buffer.subarray(0, got)
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written)
}
