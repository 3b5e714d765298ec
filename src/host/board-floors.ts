import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { writeAtomically } from './atomic-write.ts'
import { failedDoing, isMissing } from './system-error.ts'

/** One line for each word said, the last one counts; a line that a crash cut off says nothing. */
export function readBoardFloors(path: string): Map<string, number> {
  const floors = new Map<string, number>()
  for (const line of readLines(path)) {
    const said = parseLine(line)
    if (said !== undefined) floors.set(said.list, Math.max(said.floor, floors.get(said.list) ?? 0))
  }
  return floors
}

/** Remembers beside the store that no id of that board up to this one may be given out again. */
export function appendBoardFloor(path: string, list: string, floor: number): void {
  try {
    const fd = openSync(path, 'a', 0o600)
    try {
      // A line of its own, whatever a crash left before it.
      writeSync(fd, `\n${lineOf(list, floor)}`)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
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

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    if (isMissing(error)) return []
    throw failedDoing(`reading ${path}`, error)
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
