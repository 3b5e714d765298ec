import { closeSync, readSync } from 'node:fs'
import os from 'node:os'
import type { EndWritten } from '../../domain/job-ending.ts'
import {
  type ExitRecord,
  parseExitRecord,
  RECORD_BYTES,
  type RunEnd,
} from '../../formats/exit-record.ts'
import { failedDoing } from '../system-error.ts'
import { openPlain } from './plain-file.ts'

/** Where a number has two names, the first is the usual one. */
const SIGNALS = byNumber(os.constants.signals)
const ERRORS = byNumber(os.constants.errno)
const FIRST_REALTIME = 34

/** What the waiter has written down so far; all null when there is nothing to read. */
export function readExitRecord(path: string): ExitRecord {
  const fd = openPlain(path)
  if (typeof fd !== 'number') return parseExitRecord('')
  const buffer = Buffer.alloc(RECORD_BYTES)
  try {
    const length = readSync(fd, buffer, 0, RECORD_BYTES, 0)
    return parseExitRecord(buffer.toString('latin1', 0, length))
  } catch (error) {
    throw failedDoing(`reading exit record ${path}`, error)
  } finally {
    closeSync(fd)
  }
}

/** The same with the names that this system gives to its numbers. */
export function nameEnd(end: RunEnd | null): EndWritten | null {
  if (end === null) return null
  if (end.kind === 'unstartable') {
    return { kind: 'unstartable', stage: end.stage, errno: nameErrno(end.errno) }
  }
  if (end.signal === 0) return { kind: 'exited', code: end.code }
  return { kind: 'signalled', signal: nameSignal(end.signal) }
}

function nameSignal(number: number): string {
  const name = SIGNALS.get(number)
  if (name !== undefined) return name
  if (number < FIRST_REALTIME) return `signal ${number}`
  return number === FIRST_REALTIME ? 'SIGRTMIN' : `SIGRTMIN+${number - FIRST_REALTIME}`
}

export function nameErrno(errno: number): string {
  return ERRORS.get(errno) ?? `error ${errno}`
}

function byNumber(names: Readonly<Record<string, number>>): Map<number, string> {
  const entries = Object.entries(names).toReversed()
  return new Map(entries.map(([name, number]) => [number, name]))
}
