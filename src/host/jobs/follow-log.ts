import { fstatSync, type FSWatcher, statSync, watch } from 'node:fs'
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

/** A change that the watcher missed is seen this much later. */
const LOOK_MS = 500

/**
 * Gives the output as it comes, each byte once, until the job is over and all was given. A log that is truncated
 * is read from its new beginning; one that is replaced is read to its end, then the new one.
 */
export async function* followLog(
  paths: RunPaths,
  options: FollowOptions,
): AsyncGenerator<LogPiece> {
  const bell = makeBell(paths, options)
  const reader = makeReader(paths, options.from)
  try {
    while (!bell.isAborted()) {
      const isLast = bell.isOver()
      for (const piece of reader.rest()) {
        yield piece
        if (bell.isAborted()) return
      }
      if (isLast) return
      await bell.rings()
    }
  } finally {
    reader.close()
    bell.close()
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

interface Bell {
  rings(): Promise<void>
  isOver(): boolean
  isAborted(): boolean
  close(): void
}

/** Rings when the log may have changed, the job is over, or nobody listens any more. */
function makeBell(paths: RunPaths, { over, signal }: FollowOptions): Bell {
  let rung = false
  let isOver = false
  let wake = (): void => undefined
  const ring = (): void => {
    rung = true
    wake()
  }
  const end = (): void => {
    isOver = true
    ring()
  }
  over.then(end, end)
  const watcher = watchFolder(paths, ring)
  const timer = setInterval(ring, LOOK_MS)
  signal?.addEventListener('abort', ring)
  return {
    isOver: () => isOver,
    isAborted: () => signal?.aborted === true,
    rings: async () => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      rung = false
    },
    close: () => {
      clearInterval(timer)
      watcher?.close()
      signal?.removeEventListener('abort', ring)
    },
  }
}

/** Without a watcher (their number is limited) the timer alone has to do. */
function watchFolder(paths: RunPaths, ring: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(paths.run, ring)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
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
