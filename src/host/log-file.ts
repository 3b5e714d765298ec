import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { failedDoing, isMissing, reasonOf } from './system-error.ts'

export interface LogFile {
  /** Never throws: a full disk costs lines, not the daemon. */
  write(line: string): void
  /** Opens the file anew when somebody removed or renamed it. */
  followName(): void
  /** Begins a new file when this one holds so much; says whether it did. */
  rotateIfOver(limit: number): boolean
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
  let fd = openFirst(path)
  let bytes = fstatSync(fd).size
  let problem: string | undefined
  let torn = false

  function reopen(): void {
    const next = openForAppend(path)
    closeSync(fd)
    fd = next
    bytes = fstatSync(fd).size
    torn = false
  }

  function rotate(): void {
    // What an earlier try has moved, but could not replace, is not moved once more.
    for (let number = isThere(path) ? options.keep : 0; number >= 1; number--) {
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
    const text = Buffer.from(torn ? `\n${line}` : line)
    for (let at = 0; at < text.length;) {
      const wrote = writeSync(fd, text, at)
      at += wrote
      bytes += wrote
      torn = at < text.length
    }
  }

  return {
    write: (line) => attempt(() => append(line)),
    followName: () => {
      if (!isStill(path, fd)) attempt(reopen)
    },
    rotateIfOver: (limit) => {
      if (bytes <= limit) return false
      attempt(rotate)
      return true
    },
    problem: () => problem,
    close: () => closeSync(fd),
  }
}

function openFirst(path: string): number {
  try {
    return openForAppend(path)
  } catch (error) {
    throw failedDoing(`opening log ${path}`, error, 'make room, or move away what lies there')
  }
}

function openForAppend(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  throw new Error('not a file')
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
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
