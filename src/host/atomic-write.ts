import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface AtomicWriteOptions {
  /** Survive a power cut: fsync of the file and of its folder. Off, a reader still never sees half a file. */
  readonly durable: boolean
  readonly mode?: number
}

/** Names of temp files that a writer which died may have left behind. */
export const TEMP_NAME = /^\.tmp-(\d+)-[0-9a-f]{12}$/

/** Replaces a file whole: readers see the old or the new content, never another. A symlink in its place is replaced, not followed. */
export function writeAtomically(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions,
): void {
  const folder = dirname(path)
  const temp = tempPath(folder)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const fd = openSync(temp, flags, options.mode ?? 0o600)
  try {
    try {
      writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content)
      if (options.durable) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temp, path)
  } catch (error) {
    rmSync(temp, { force: true })
    throw error
  }
  if (options.durable) syncFolder(folder)
}

/** A name in this folder that nobody uses: for what is on its way to its place, or out of it. */
export function tempPath(folder: string): string {
  return `${folder}/.tmp-${process.pid}-${unusedSuffix()}`
}

/** Twelve hex digits. Has to be unused, not secret: loading node:crypto for it costs 4 ms and 1 MB. */
export function unusedSuffix(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0')
}

/** Makes names created, renamed or removed in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written)
}
