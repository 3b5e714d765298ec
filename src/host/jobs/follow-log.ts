import { fstatSync, statSync } from 'node:fs'
import { makeBell } from '../bell.ts'
import { failedDoing, isMissing } from '../system-error.ts'
import { type LogPiece, openLog, type OpenLog } from './read-log.ts'
import type { RunPaths } from './run-paths.ts'

export interface FollowOptions {
  /** Byte to begin at: 0 for all, the size of the log for what comes now. */
  readonly from: number
  /** The job is over: what is there then is the rest. */
  readonly over: Promise<unknown>
  /** Nobody listens any more. */
  readonly signal?: AbortSignal
}

/**
 * Gives the output as it comes, each byte once, until the job is over and all was given. A log that is truncated
 * is read from its new beginning; one that is replaced is read to its end, then the new one.
 */
export async function* followLog(
  paths: RunPaths,
  options: FollowOptions,
): AsyncGenerator<LogPiece> {
  const { over, signal } = options
  const bell = makeBell(paths.run)
  const isAborted = (): boolean => signal?.aborted === true
  let isOver = false
  const end = (): void => {
    isOver = true
    bell.ring()
  }
  over.then(end, end)
  signal?.addEventListener('abort', bell.ring)
  const reader = makeReader(paths, options.from)
  try {
    while (!isAborted()) {
      const isLast = isOver
      for (const piece of reader.rest()) {
        yield piece
        if (isAborted()) return
      }
      if (isLast) return
      await bell.rings()
    }
  } finally {
    reader.close()
    bell.close()
    signal?.removeEventListener('abort', bell.ring)
  }
}

interface Reader {
  /** All that is there and was not given yet, of the log that is there now too. */
  rest(): Generator<LogPiece>
  close(): void
}

function makeReader(paths: RunPaths, from: number): Reader {
  let log: OpenLog | undefined
  let at = from

  function* unread(open: OpenLog): Generator<LogPiece> {
    if (open.size() < at) at = 0
    for (let next = open.pieceAt(at); next !== undefined; next = open.pieceAt(at)) {
      at = next.next
      yield next.piece
    }
  }

  return {
    rest: function* () {
      log ??= openLog(paths)
      if (log === undefined) return
      const isOld = !isStill(paths, log)
      yield* unread(log)
      if (!isOld) return
      log.close()
      log = openLog(paths)
      at = 0
      if (log !== undefined) yield* unread(log)
    },
    close: () => log?.close(),
  }
}

function isStill(paths: RunPaths, log: OpenLog): boolean {
  try {
    return statSync(paths.log).ino === fstatSync(log.fd).ino
  } catch (error) {
    if (isMissing(error)) return true
    throw failedDoing(`looking at ${paths.log}`, error)
  }
}
