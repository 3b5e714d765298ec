import type { LogView } from '../contract/jobs.ts'
import { readExitRecord } from '../host/jobs/exit-file.ts'
import { followLog } from '../host/jobs/follow-log.ts'
import { type LogPiece, openLog, type OpenLog } from '../host/jobs/read-log.ts'
import { type RunPaths, runPaths } from '../host/jobs/run-paths.ts'
import type { Paths } from '../host/paths.ts'

export type { LogPiece }

export interface LogOf {
  readonly id: number
  readonly attempt: number
  /** Only so many of the last lines; all without it. */
  readonly lines?: number | undefined
}

const CHUNK_BYTES = 64 * 1024
const NEWLINE = 0x0a

/** What a job has written so far, straight from its file, in pieces of bounded size. */
export function* readJobLog(paths: Paths, of: LogOf): Generator<LogPiece> {
  const files = runPaths(paths.jobs, of.id, of.attempt)
  const log = openLog(files)
  if (log === undefined) return
  try {
    const size = log.size()
    let next = log.pieceAt(beginningOf(log, files, of.lines))
    while (next !== undefined) {
      yield next.piece
      // One that writes faster than it is read would never be through.
      next = next.next >= size ? undefined : log.pieceAt(next.next)
    }
  } finally {
    log.close()
  }
}

/** The same, and what comes until that attempt is over. */
export function followJobLog(
  paths: Paths,
  of: LogOf & { readonly over: Promise<unknown> },
): AsyncGenerator<LogPiece> {
  const files = runPaths(paths.jobs, of.id, of.attempt)
  const log = openLog(files)
  try {
    const from = log === undefined ? 0 : beginningOf(log, files, of.lines)
    return followLog(files, { from, over: of.over })
  } finally {
    log?.close()
  }
}

/** The last lines as the API gives them. */
export function viewJobLog(paths: Paths, of: LogOf): LogView {
  const files = runPaths(paths.jobs, of.id, of.attempt)
  const pieces = [...readJobLog(paths, of)]
  const log = openLog(files)
  const size = log?.size() ?? 0
  log?.close()
  const { cut } = readExitRecord(files.exit)
  return {
    id: of.id,
    attempt: of.attempt,
    text: Buffer.concat(
      pieces.flatMap((piece) => (piece.kind === 'output' ? [piece.bytes] : [])),
    ).toString(),
    bytes: size,
    lost_bytes: cut?.lost ?? 0,
  }
}

/** Where the last lines begin, found from the end; at the cut when too few follow it. */
function beginningOf(log: OpenLog, files: RunPaths, lines: number | undefined): number {
  if (lines === undefined) return 0
  const size = log.size()
  if (lines === 0) return size
  const { cut } = readExitRecord(files.exit)
  const isCut = cut !== null && cut.to > cut.from && cut.to <= size
  const [hole, floor] = isCut ? [cut.from, cut.to] : [0, 0]
  let wanted = lines
  for (let end = size; end > floor; end -= CHUNK_BYTES) {
    const start = Math.max(floor, end - CHUNK_BYTES)
    const next = log.pieceAt(start)
    if (next?.piece.kind !== 'output') return hole
    const bytes = next.piece.bytes.subarray(0, end - start)
    // The end of the last line begins no other.
    const last = end === size && bytes.at(-1) === NEWLINE ? bytes.length - 2 : bytes.length - 1
    for (let at = last; at >= 0; at -= 1) {
      at = bytes.lastIndexOf(NEWLINE, at)
      if (at < 0) break
      wanted -= 1
      if (wanted === 0) return start + at + 1
    }
  }
  return hole
}
