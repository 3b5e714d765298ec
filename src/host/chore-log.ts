import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Paths } from './paths.ts'

/** Of longer output the beginning and the end are kept. */
const HEAD_BYTES = 256 * 1024
const TAIL_BYTES = 256 * 1024

export interface ChoreLog {
  /** Never throws: a full disk costs output, not the chore. */
  write(chunk: Buffer): void
  close(): void
}

/** Where the output of a chore's last run lies. */
export function choreLogPath(paths: Paths, name: string): string {
  const safe = name.replaceAll(/[^a-z0-9_-]/g, '_')
  return join(paths.log, `chore-${safe === name ? safe : `${safe}-${digest(name)}`}.log`)
}

/** Two names that differ in what no file name should hold are still two. */
function digest(name: string): string {
  const { hash } = process.getBuiltinModule('node:crypto')
  return hash('sha256', name).slice(0, 8)
}

/** Begins the log of a run anew. */
export function openChoreLog(path: string): ChoreLog {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const fd = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  ftruncateSync(fd)
  let headLeft = HEAD_BYTES
  let tail: Buffer[] = []
  let tailBytes = 0
  let cutBytes = 0

  function append(chunk: Buffer): void {
    const head = chunk.subarray(0, headLeft)
    headLeft -= head.length
    if (head.length > 0) tryToWrite(fd, head)
    if (head.length < chunk.length) keepTail(Buffer.from(chunk.subarray(head.length)))
  }

  function keepTail(chunk: Buffer): void {
    tail.push(chunk)
    tailBytes += chunk.length
    if (tailBytes <= 2 * TAIL_BYTES) return
    const all = Buffer.concat(tail)
    tail = [all.subarray(all.length - TAIL_BYTES)]
    cutBytes += all.length - TAIL_BYTES
    tailBytes = TAIL_BYTES
  }

  return {
    write: append,
    close: () => {
      if (cutBytes > 0) tryToWrite(fd, Buffer.from(`\n[${cutBytes} bytes left out]\n`))
      for (const chunk of tail) tryToWrite(fd, chunk)
      closeSync(fd)
    },
  }
}

function tryToWrite(fd: number, bytes: Buffer): boolean {
  try {
    return writeSync(fd, bytes) === bytes.length
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
