import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { writeAtomically } from './atomic-write.ts'
import { openPlain } from './jobs/plain-file.ts'
import { errorCode, failedDoing } from './system-error.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
const FLAGS = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
/** A link, a FIFO that nobody reads or a socket. */
const NO_FILE = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP'])

/** One line for each word said, the last one counts; a line that a crash cut off says nothing. */
export function readBoardFloors(path: string): Map<string, number> {
  const floors = new Map<string, number>()
  for (const line of readLines(path)) {
    const said = parseLine(line)
    if (said !== undefined) floors.set(said.list, Math.max(said.floor, floors.get(said.list) ?? 0))
  }
  return floors
}

/**
 * Remembers beside the store that no id of that board up to this one may be given out again. False when what lies
 * there is no file to be written to.
 */
export function appendBoardFloor(path: string, list: string, floor: number): boolean {
  try {
    const fd = openSync(path, FLAGS, 0o600)
    try {
      if (!fstatSync(fd).isFile()) return false
      // A line of its own, whatever a crash left before it.
      writeSync(fd, `\n${lineOf(list, floor)}`)
      fsyncSync(fd)
      return true
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (NO_FILE.has(errorCode(error) ?? '')) return false
    throw failedDoing(`keeping the ids given out in ${path}`, error)
  }
}

export function rewriteBoardFloors(path: string, floors: ReadonlyMap<string, number>): void {
  const lines = Array.from(floors, ([list, floor]) => lineOf(list, floor))
  writeAtomically(path, lines.join('\n'), { durable: true })
}

function lineOf(list: string, floor: number): string {
  return JSON.stringify([list, floor])
}

/** None where no file of ours lies there. */
function readLines(path: string): string[] {
  const fd = openPlain(path)
  if (typeof fd !== 'number') return []
  try {
    return readFileSync(fd, 'utf8').split('\n')
  } catch (error) {
    throw failedDoing(`reading ${path}`, error)
  } finally {
    closeSync(fd)
  }
}

function parseLine(line: string): { readonly list: string; readonly floor: number } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!Array.isArray(value)) return undefined
    const list: unknown = value[0]
    const floor: unknown = value[1]
    const isSaid = typeof list === 'string' && typeof floor === 'number'
    return isSaid && Number.isSafeInteger(floor) ? { list, floor } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
