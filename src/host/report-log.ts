import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs'
import { systemClock } from './clock.ts'
import { cutLog, MOST_LOG_BYTES } from './report-log-cut.ts'
import { reasonOf } from './system-error.ts'

/** The log of a report as its writer has it. Nothing here throws. */
export interface ReportLog {
  readonly path: string
  append(text: string): void
  /** What could not be written, and why; it stays true once it is. */
  problem(): string | undefined
}

const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants
const MAKE = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW
const ADD = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK

/** A cut that failed is tried again after this. */
const REST_MS = 1_000

/** Makes the file; throws where there is one already, or none can be made. */
export function makeLogFile(path: string): void {
  closeSync(openSync(path, MAKE, 0o600))
}

/**
 * Opened for every piece and closed again: a program may close what it did not open, and its next file would
 * then have our number.
 */
export function reportLog(path: string): ReportLog {
  let lost = 0
  let why = ''
  let gone = 0
  let owes = false
  let restUntilMs = -Infinity

  /**
   * Before anything is added, so that a log which cannot be cut does not grow either. Half of it is copied to find
   * that out, which a program that floods its log on a full disk must not pay for with every piece.
   */
  function makeRoom(): void {
    const size = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size <= MOST_LOG_BYTES) return
    const nowMs = systemClock.monotonicMs()
    if (nowMs < restUntilMs) throw new Error(why)
    restUntilMs = nowMs + REST_MS
    gone += cutLog(path, size, gone)
    restUntilMs = -Infinity
  }

  function write(text: string): void {
    makeRoom()
    // One that was removed is made anew, once that has been noticed.
    const fd = openSync(path, owes ? ADD | O_CREAT : ADD, 0o600)
    try {
      if (!fstatSync(fd).isFile()) throw new Error('is no file any more')
      const bytes = Buffer.from(owes ? `\n[curfew] output is missing here: ${why}\n${text}` : text)
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      owes = false
    } finally {
      closeSync(fd)
    }
  }

  return {
    path,
    append: (text) => {
      try {
        write(text)
      } catch (error) {
        lost += text.length
        why = reasonOf(error)
        owes = true
      }
    },
    problem: () => (lost === 0 ? undefined : `${lost} characters of the log are lost: ${why}`),
  }
}
