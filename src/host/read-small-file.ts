import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errorCode, failedDoing, isMissing, reasonOf } from './system-error.ts'

export interface SmallFileLimits {
  readonly maxBytes: number
  /** Who it has to belong to: ourselves unless told. */
  readonly ownerUid?: number
}

export interface FileFacts {
  readonly dev: number
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
}

export type SmallFile =
  | { readonly kind: 'ok'; readonly text: string; readonly facts: FileFacts }
  | { readonly kind: 'missing' }
  /** `reason` continues "the file …"; `facts` are there when it could at least be opened. */
  | { readonly kind: 'bad'; readonly reason: string; readonly facts: FileFacts | null }

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
/** These say something about us, not about the file: it must not be called bad for them. */
const OUR_TROUBLE = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
const SHARED_BYTES = 64 * 1024

const shared = Buffer.allocUnsafeSlow(SHARED_BYTES + 1)

/** Reads a file that another program wrote: whatever lies there, it neither blocks, follows nor grows. */
export function readSmallFile(path: string, limits: SmallFileLimits): SmallFile {
  let fd: number | undefined
  try {
    fd = openSync(path, FLAGS)
    return readOpened(fd, limits)
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' }
    if (OUR_TROUBLE.has(errorCode(error) ?? '')) throw failedDoing(`reading ${path}`, error)
    return { kind: 'bad', reason: refusal(error), facts: null }
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function readOpened(
  fd: number,
  { maxBytes, ownerUid = process.geteuid?.() }: SmallFileLimits,
): SmallFile {
  const facts = fstatSync(fd)
  const bad = (reason: string): SmallFile => ({ kind: 'bad', reason, facts: pick(facts) })
  if (!facts.isFile()) return bad(`is ${nameOfKind(facts)}`)
  if (ownerUid !== undefined && facts.uid !== ownerUid) return bad(`belongs to user ${facts.uid}`)
  if (facts.size > maxBytes) return bad(`has ${facts.size} bytes, more than ${maxBytes}`)
  const bytes = readUpTo(fd, maxBytes + 1, facts.size)
  if (bytes.length > maxBytes) return bad(`has more than ${maxBytes} bytes`)
  if (!isUtf8(bytes)) return bad('is not UTF-8 text')
  return { kind: 'ok', text: bytes.toString('utf8'), facts: pick(facts) }
}

/** The start of the file, in memory that the next call uses again; done when as much came as was expected. */
function readUpTo(fd: number, most: number, expected: number): Buffer {
  // Some files, as in /proc, say that they are empty and are not.
  const room = expected === 0 ? most : Math.min(most, expected + 1)
  const buffer = room <= shared.length ? shared : Buffer.allocUnsafeSlow(room)
  let length = 0
  while (length < room) {
    const got = readSync(fd, buffer, length, room - length, null)
    length += got
    if (got === 0 || length === expected) break
  }
  return buffer.subarray(0, length)
}

function pick({ dev, ino, size, mtimeMs }: Stats): FileFacts {
  return { dev, ino, size, mtimeMs }
}

function refusal(error: unknown): string {
  if (errorCode(error) === 'ELOOP' || errorCode(error) === 'EMLINK') return 'is a symbolic link'
  if (errorCode(error) === 'ENXIO' || errorCode(error) === 'EOPNOTSUPP')
    return 'is a socket or a device'
  return `cannot be read (${reasonOf(error)})`
}

function nameOfKind(facts: Stats): string {
  if (facts.isDirectory()) return 'a folder'
  if (facts.isFIFO()) return 'a FIFO'
  return 'a device'
}
