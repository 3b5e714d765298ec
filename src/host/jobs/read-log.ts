import { closeSync, fstatSync, readSync } from 'node:fs'
import type { LogCut } from '../../formats/exit-record.ts'
import { readExitRecord } from './exit-file.ts'
import { noPlainFile, openPlain } from './plain-file.ts'
import type { RunPaths } from './run-paths.ts'

export type LogPiece =
  | { readonly kind: 'output'; readonly bytes: Buffer }
  /** So many bytes that were written here are gone. */
  | { readonly kind: 'cut'; readonly lost: number }

export interface LogEnds {
  readonly head: Buffer
  /** Bytes between head and tail that were written and are not here, cut on disk or left out. */
  readonly between: number
  readonly tail: Buffer
}

export interface OpenLog {
  readonly fd: number
  size(): number
  /** The next piece from `at` on and where it ends; undefined at the end of what is there. */
  pieceAt(at: number): { readonly piece: LogPiece; readonly next: number } | undefined
  close(): void
}

const CHUNK_BYTES = 64 * 1024
const MOST_TAIL_BYTES = 64 * 1024 * 1024
const NEWLINE = 0x0a

/** Opens the output of a run; undefined while there is none. What was cut out of it is never taken for output. */
export function openLog(paths: RunPaths): OpenLog | undefined {
  const fd = openPlain(paths.log)
  if (fd === 'missing') return undefined
  if (fd === 'odd') throw noPlainFile(paths.log)
  return {
    fd,
    size: () => fstatSync(fd).size,
    pieceAt: (at) => pieceAt(fd, paths, at),
    close: () => closeSync(fd),
  }
}

/** All of it, in pieces of bounded size. */
export function* readWholeLog(paths: RunPaths): Generator<LogPiece> {
  const log = openLog(paths)
  if (log === undefined) return
  try {
    for (let next = log.pieceAt(0); next !== undefined; next = log.pieceAt(next.next))
      yield next.piece
  } finally {
    log.close()
  }
}

/** The last lines, found from the end: what stands before them is not read. */
export function readLastLines(paths: RunPaths, lines: number): LogPiece[] {
  const log = openLog(paths)
  if (log === undefined) return []
  try {
    const size = log.size()
    const cut = cutOf(paths, size)
    const floor = Math.max(cut?.to ?? 0, size - MOST_TAIL_BYTES)
    const at = startOfLastLines(log.fd, lines, size, floor)
    const pieces: LogPiece[] = at === cut?.to ? [{ kind: 'cut', lost: cut.lost }] : []
    for (let next = log.pieceAt(at); next !== undefined; next = log.pieceAt(next.next))
      pieces.push(next.piece)
    return pieces
  } finally {
    log.close()
  }
}

/** Beginning and end, for a message of bounded length. */
export function readLogEnds(paths: RunPaths, headBytes: number, tailBytes: number): LogEnds {
  const log = openLog(paths)
  if (log === undefined) return { head: Buffer.alloc(0), between: 0, tail: Buffer.alloc(0) }
  try {
    const size = log.size()
    const cut = cutOf(paths, size)
    const whole = size - (cut === undefined ? 0 : cut.to - cut.from)
    if (cut === undefined && whole <= headBytes + tailBytes) {
      return { head: readAt(log.fd, 0, size), between: 0, tail: Buffer.alloc(0) }
    }
    const headEnd = Math.min(headBytes, cut?.from ?? size)
    const tailStart = Math.max(size - tailBytes, cut?.to ?? 0, headEnd)
    return {
      head: readAt(log.fd, 0, headEnd),
      between: tailStart - headEnd,
      tail: readAt(log.fd, tailStart, size - tailStart),
    }
  } finally {
    log.close()
  }
}

function pieceAt(fd: number, paths: RunPaths, at: number): ReturnType<OpenLog['pieceAt']> {
  const bytes = readAt(fd, at, CHUNK_BYTES)
  if (bytes.length === 0) return undefined
  // Looked at after reading: a cut is told before it is made.
  const cut = cutOf(paths, fstatSync(fd).size)
  const end = at + bytes.length
  if (cut === undefined || end <= cut.from || at >= cut.to) {
    return { piece: { kind: 'output', bytes }, next: end }
  }
  if (at < cut.from) {
    return { piece: { kind: 'output', bytes: bytes.subarray(0, cut.from - at) }, next: cut.from }
  }
  return { piece: { kind: 'cut', lost: cut.to - at }, next: cut.to }
}

/** A cut that still fits the file: somebody may have truncated it since. */
function cutOf(paths: RunPaths, size: number): LogCut | undefined {
  const { cut } = readExitRecord(paths.exit)
  return cut !== null && cut.to > cut.from && cut.to <= size ? cut : undefined
}

function startOfLastLines(fd: number, lines: number, size: number, floor: number): number {
  let wanted = lines + (readAt(fd, size - 1, 1)[0] === NEWLINE ? 1 : 0)
  for (let end = size; end > floor; end -= CHUNK_BYTES) {
    const start = Math.max(floor, end - CHUNK_BYTES)
    const bytes = readAt(fd, start, end - start)
    for (
      let at = bytes.lastIndexOf(NEWLINE);
      at >= 0;
      at = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1)
    ) {
      wanted -= 1
      if (wanted === 0) return start + at + 1
    }
  }
  return floor
}

function readAt(fd: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, length))
  let got = 0
  while (got < length) {
    const more = readSync(fd, buffer, got, length - got, Math.max(0, at) + got)
    if (more === 0) break
    got += more
  }
  return buffer.subarray(0, got)
}
