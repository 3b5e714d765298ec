import { closeSync, constants, fstatSync, lstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing, reasonOf } from './system-error.ts'

export interface LogFile {
  /** Never throws: a full disk costs lines, not the daemon. */
  write(line: string): void
  /** Opens the file anew when somebody removed or renamed it. */
  followName(): void
  /** Why the last line could not be written; undefined when it could. */
  problem(): string | undefined
  close(): void
}

export interface LogFileOptions {
  readonly maxBytes: number
  /** How many full files are kept beside the current one, as `.1` (newest) and up. */
  readonly keep: number
}

/** An appending log, private to us and bounded, that no planted link can turn against another file. */
export function openLogFile(folder: string, name: string, options: LogFileOptions): LogFile {
  const path = join(folder, name)
  let fd = openForAppend(path)
  let bytes = fstatSync(fd).size
  let problem: string | undefined

  function reopen(): void {
    const next = openForAppend(path)
    closeSync(fd)
    fd = next
    bytes = fstatSync(fd).size
  }

  function rotate(): void {
    for (let number = options.keep; number >= 1; number--) {
      renameIfThere(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`)
    }
    reopen()
  }

  function attempt(action: () => void): void {
    try {
      action()
      problem = undefined
    } catch (error) {
      problem = `writing log ${path}: ${reasonOf(error)}`
    }
  }

  function append(line: string): void {
    if (bytes > 0 && bytes + Buffer.byteLength(line) > options.maxBytes) rotate()
    bytes += writeSync(fd, line)
  }

  return {
    write: (line) => attempt(() => append(line)),
    followName: () => {
      if (!isStill(path, fd)) attempt(reopen)
    },
    problem: () => problem,
    close: () => closeSync(fd),
  }
}

function openForAppend(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
}

function isStill(path: string, fd: number): boolean {
  try {
    return lstatSync(path).ino === fstatSync(fd).ino
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
