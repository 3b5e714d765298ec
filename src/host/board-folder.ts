import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import type { Edge } from '../domain/task.ts'
import { sayCycle, withoutCycles } from '../domain/task-cycles.ts'
import {
  type BoardFile,
  readExportedId,
  readExportFile,
  readMetaFile,
  readTaskFile,
  type TaskFile,
} from '../formats/board-file.ts'
import { readSmallFile } from './read-small-file.ts'
import { failedDoing, isMissing } from './system-error.ts'

const MOST_FILE_BYTES = 1024 * 1024
const MOST_EXPORT_BYTES = 256 * 1024 * 1024
/** Others are served between them. */
const FILES_AT_ONCE = 64
const TASKS_AT_ONCE = 1_000
/** Higher ones would leave none to be given after them. */
const MOST_ID = 100_000_000_000
const META = 'meta.json'
const FLOOR = '.highwatermark'

export interface BoardOnDisk extends BoardFile {
  readonly idFloor: number
  readonly tasks: readonly (Omit<TaskFile, 'edges'> & { readonly id: number })[]
  readonly edges: readonly Edge[]
  readonly problems: readonly Trouble[]
}

interface Trouble {
  readonly what: string
  readonly reason: string
}

interface Found {
  readonly tasks: Map<number, TaskFile>
  readonly problems: Trouble[]
}

/** A board as a folder with a file for each task, or as the file that `board export` wrote. */
export async function readBoard(from: string, nowMs: number): Promise<BoardOnDisk> {
  return isFolder(from) ? readFolder(from, nowMs) : readExport(from, nowMs)
}

async function readFolder(folder: string, nowMs: number): Promise<BoardOnDisk> {
  const found: Found = { tasks: new Map(), problems: [] }
  let said: BoardFile = {}
  let idFloor = 0
  for (const [at, name] of namesIn(folder).entries()) {
    if (at % FILES_AT_ONCE === 0) await nextTurn()
    const id = /^0*([1-9]\d*)\.json$/.exec(name)?.[1]
    if (id !== undefined) takeIn(found, name, Number(id), readJson(folder, name), nowMs)
    else if (name === META) {
      const meta = readJson(folder, name)
      const read = meta.ok ? readMetaFile(meta.value) : meta
      if (read.ok) said = read.value
      else found.problems.push({ what: name, reason: read.reason })
    } else if (name === FLOOR) idFloor = readFloor(folder, found.problems)
    else if (!name.startsWith('.')) {
      found.problems.push({ what: name, reason: 'its name is not the id of a task with .json' })
    }
  }
  return { ...said, ...settle(found, idFloor) }
}

async function readExport(path: string, nowMs: number): Promise<BoardOnDisk> {
  const json = readJsonFile(path, MOST_EXPORT_BYTES)
  const read = json.ok ? readExportFile(json.value) : json
  if (!read.ok) throw new ProblemError(unreadable(path, read.reason))
  const { lastId, tasks, ...about } = read.value
  const found: Found = { tasks: new Map(), problems: [] }
  for (const [at, value] of tasks.entries()) {
    if (at % TASKS_AT_ONCE === 0) await nextTurn()
    const id = readExportedId(value)
    const what = `tasks.${at}`
    if (id === undefined) found.problems.push({ what, reason: 'it has no id' })
    else takeIn(found, what, id, { ok: true, value }, nowMs)
  }
  return { ...about, ...settle(found, floorOf('board.last_id', lastId, found.problems)) }
}

function takeIn(found: Found, what: string, id: number, json: Json, nowMs: number): void {
  const { problems, tasks } = found
  const read = json.ok ? readTaskFile(json.value, id, nowMs) : json
  if (!read.ok) problems.push({ what, reason: read.reason })
  else if (id > MOST_ID) problems.push({ what, reason: TOO_HIGH })
  else if (tasks.has(id)) problems.push({ what, reason: `there is another task ${id}` })
  else if (read.value.status === 'in_progress' && read.value.owner === null) {
    problems.push({ what, reason: 'it is in progress and nobody has it; taken in as pending' })
    tasks.set(id, { ...read.value, status: 'pending' })
  } else tasks.set(id, read.value)
}

/** Relations to what is not there, and those that would close a ring, are left out and told. */
function settle({ problems, tasks }: Found, idFloor: number) {
  const all = [...tasks.values()].flatMap(({ edges }) => edges)
  const unique = new Map(all.map((edge) => [`${edge.blocker} ${edge.blocked}`, edge]))
  const known = [...unique.values()].filter(({ blocker, blocked }) => {
    const unknown = [blocker, blocked].filter((id) => !tasks.has(id))
    if (unknown.length > 0) {
      const reason = `there is no task ${unknown.join(', ')} to be taken in`
      problems.push({ what: `${blocker} blocks ${blocked}`, reason })
    }
    return unknown.length === 0
  })
  const { dropped, kept } = withoutCycles(known)
  for (const { blocker, blocked } of dropped) {
    const reason = `it would wait for itself: ${sayCycle([blocked, blocker])}`
    problems.push({ what: `${blocker} blocks ${blocked}`, reason })
  }
  return {
    idFloor,
    tasks: Array.from(tasks, ([id, { edges: _edges, ...task }]) => ({ id, ...task })),
    edges: kept,
    problems,
  }
}

function readFloor(folder: string, problems: Trouble[]): number {
  const file = readSmallFile(join(folder, FLOOR), { maxBytes: 64 })
  if (file.kind === 'ok' && /^\s*\d+\s*$/.test(file.text)) {
    return floorOf(FLOOR, Number(file.text), problems)
  }
  const reason = file.kind === 'bad' ? `it ${file.reason}` : 'it is not a number'
  problems.push({ what: FLOOR, reason })
  return 0
}

function floorOf(what: string, floor: number, problems: Trouble[]): number {
  if (floor <= MOST_ID) return floor
  problems.push({ what, reason: TOO_HIGH })
  return 0
}

type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string }

function readJson(folder: string, name: string): Json {
  return readJsonFile(join(folder, name), MOST_FILE_BYTES)
}

function readJsonFile(path: string, maxBytes: number): Json {
  const file = readSmallFile(path, { maxBytes })
  if (file.kind === 'missing') return { ok: false, reason: 'it is not there' }
  if (file.kind === 'bad') return { ok: false, reason: `it ${file.reason}` }
  try {
    return { ok: true, value: JSON.parse(file.text.replace(/^\uFEFF/, '')) as unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: 'it is not JSON' }
    throw error
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch (error) {
    throw failedDoing(`reading ${folder}`, error)
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if (isMissing(error)) throw new ProblemError(nothingThere(path))
    throw failedDoing(`looking at ${path}`, error)
  }
}

const TOO_HIGH = `ids above ${MOST_ID} are not taken in`

function nothingThere(path: string) {
  return {
    kind: 'not_found',
    message: `there is nothing at ${printableLine(path, 400)}`,
    hint: 'name a folder with a file for each task, or what `curfew board export` wrote',
  } as const
}

function unreadable(path: string, reason: string) {
  return {
    kind: 'failed',
    message: `${printableLine(path, 400)} is not what \`curfew board export\` writes: ${printableLine(reason, 200)}`,
    hint: 'nothing was taken in',
  } as const
}
