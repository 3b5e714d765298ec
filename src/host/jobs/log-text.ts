import type { LogPiece } from './read-log.ts'
import { openLog, readLastLines } from './read-log.ts'
import type { RunPaths } from './run-paths.ts'

export interface LogText {
  readonly text: string
  /** All that was written, of which some may have been cut out. */
  readonly bytes: number
  readonly lostBytes: number
}

const MOST_BYTES = 512 * 1024

/** The last lines as text, of bounded length. */
export function readLogText(paths: RunPaths, lines: number): LogText {
  const pieces = readLastLines(paths, lines)
  const output = Buffer.concat(
    pieces.flatMap((each) => (each.kind === 'output' ? [each.bytes] : [])),
  )
  const text = output.subarray(-MOST_BYTES).toString('utf8')
  return { text, bytes: sizeOf(paths), lostBytes: pieces.reduce(countLost, 0) }
}

function countLost(sum: number, piece: LogPiece): number {
  return sum + (piece.kind === 'cut' ? piece.lost : 0)
}

function sizeOf(paths: RunPaths): number {
  const log = openLog(paths)
  if (log === undefined) return 0
  try {
    return log.size()
  } finally {
    log.close()
  }
}
