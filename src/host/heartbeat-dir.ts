import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import type { HeartbeatContent, Sighting } from '../domain/heartbeat.ts'
import { printableLine } from '../domain/printable.ts'
import type { ProcessLook } from '../domain/process-look.ts'
import { tornHeartbeat } from '../formats/heartbeat-text.ts'
import { TEMP_NAME } from './atomic-write.ts'
import { type FileMark, type HeartbeatRead, isSameMark, readHeartbeat } from './heartbeat-file.ts'
import { listHeartbeats } from './heartbeat-names.ts'
import { createProcessTable, type ProcessTable, type Tracked } from './process-table.ts'
import { isMissing, reasonOf } from './system-error.ts'
import { createPause } from './time-slice.ts'

export interface HeartbeatFolder {
  readonly path: string
  /** Whether files in it may be removed: a folder of another product is only read. */
  readonly sweep: boolean
}

export interface HeartbeatFile extends Sighting {
  readonly path: string
  readonly sweep: boolean
  readonly mark: FileMark
}

export interface HeartbeatScan {
  readonly files: readonly HeartbeatFile[]
  /** Half-written files; once judged stale or orphaned, their writer will not finish them. */
  readonly temps: readonly HeartbeatFile[]
  /** How many names meant nothing to us. */
  readonly strangers: number
  /** One line for everything that could not be looked at. */
  readonly problems: readonly string[]
}

export interface HeartbeatScanner {
  scan(folders: readonly HeartbeatFolder[]): Promise<HeartbeatScan>
}

interface Entry {
  readonly name: string
  readonly isTemp: boolean
  readonly path: string
  /** Undefined until it was read for the first time. */
  file: HeartbeatFile | undefined
  /** The process that the file names, if any. */
  tracked: Tracked | undefined
}

interface FolderState {
  readonly entries: Map<string, Entry>
  listed: readonly Entry[]
}

interface Task {
  readonly folder: HeartbeatFolder
  readonly state: FolderState
  readonly table: ProcessTable
  readonly pause: () => Promise<void> | undefined
}

interface Found {
  readonly files: HeartbeatFile[]
  readonly temps: HeartbeatFile[]
  strangers: number
  readonly problems: string[]
}

/** Makes a stamp for every change that is seen. */
let changes = 0

const QUIETLY = { throwIfNoEntry: false } as const
const GONE: ProcessLook = { state: 'gone' }

/** Looks at folders of heartbeats over and over, and reads again only what changed. */
export function createHeartbeatScanner(): HeartbeatScanner {
  const folders = new Map<string, FolderState>()
  const table = createProcessTable()
  let last: Promise<unknown> = Promise.resolve()

  async function scanAll(wanted: readonly HeartbeatFolder[]): Promise<HeartbeatScan> {
    await table.begin()
    const pause = createPause()
    const scan = { files: [], temps: [], strangers: 0, problems: [] }
    for (const folder of uniqueFolders(wanted)) {
      const state = folders.get(folder.path) ?? { entries: new Map(), listed: [] }
      folders.set(folder.path, state)
      await scanFolder({ folder, state, table, pause }, scan)
    }
    forgetOthers(folders, wanted)
    table.end()
    return scan
  }

  return {
    scan: (wanted) => {
      const scan = last.then(() => scanAll(wanted))
      last = scan.catch(String)
      return scan
    },
  }
}

/** Goes by what is known, not by the order of the folder, in which the looks would cost a third more. */
async function scanFolder(task: Task, found: Found): Promise<void> {
  const { folder, state, pause } = task
  list(task, found)
  const failures: string[] = []
  for (const entry of state.entries.values()) {
    const slice = pause()
    if (slice !== undefined) await slice
    const file = lookAtFile(task, entry, failures)
    if (file === undefined) forget(state, entry)
    else (entry.isTemp ? found.temps : found.files).push(file)
  }
  if (failures.length > 0) found.problems.push(sayFailures(folder.path, failures))
}

/** A file that gets the same name later is another one. */
function forget(state: FolderState, { name }: Entry): void {
  state.entries.delete(name)
  state.listed = []
}

/** What fails for one file is told, and changes nothing for it or for the others. */
function lookAtFile(task: Task, entry: Entry, failures: string[]): HeartbeatFile | undefined {
  try {
    entry.file = entry.file === undefined ? meet(task, entry) : meetAgain(task, entry, entry.file)
  } catch (error) {
    failures.push(reasonOf(error))
  }
  return entry.file
}

function meet({ folder, table }: Task, entry: Entry): HeartbeatFile | undefined {
  const { name, path, isTemp } = entry
  const read = isTemp ? readTemp(path, name) : readHeartbeat(path, name)
  if (read === undefined) return undefined
  const { content, mark } = read
  entry.tracked = trackOf(table, content)
  const look = lookFor(table, entry.tracked, true)
  changes += 1
  const { mtimeMs } = mark
  return { path, sweep: folder.sweep, content, mark, stamp: String(changes), mtimeMs, look }
}

function meetAgain(task: Task, entry: Entry, file: HeartbeatFile): HeartbeatFile | undefined {
  const { sweep } = task.folder
  const stats = lstatSync(entry.path, QUIETLY)
  if (stats === undefined) return undefined
  if (!isSameMark(stats, file.mark)) return meet(task, entry)
  const look = lookFor(task.table, entry.tracked, false)
  return look === file.look && sweep === file.sweep ? file : { ...file, look, sweep }
}

function readTemp(path: string, name: string): HeartbeatRead | undefined {
  const mark = lstatSync(path, QUIETLY)
  if (mark === undefined) return undefined
  const pid = Number(TEMP_NAME.exec(name)?.[1])
  return { mark, content: { ...tornHeartbeat(name, 'is half written'), pid } }
}

function trackOf(table: ProcessTable, content: HeartbeatContent): Tracked | undefined {
  return content.kind === 'hostile' || content.pid === null ? undefined : table.find(content.pid)
}

function lookFor(table: ProcessTable, tracked: Tracked | undefined, closely: boolean): ProcessLook {
  return tracked === undefined ? GONE : table.look(tracked, closely)
}

/** Takes in what is new. */
function list({ folder: { path }, state }: Task, found: Found): void {
  try {
    const { known, fresh, strangers, problem } = listHeartbeats(path, state)
    state.listed = known
    found.strangers += strangers
    if (problem !== undefined) found.problems.push(problem)
    for (const name of fresh.toSorted()) state.entries.set(name, newEntry(path, name))
  } catch (error) {
    if (isMissing(error)) return
    found.problems.push(`${printableLine(path)} cannot be read: ${reasonOf(error)}`)
  }
}

function newEntry(folder: string, name: string): Entry {
  const [path, isTemp] = [`${folder}/${name}`, name.startsWith('.')]
  return { name, isTemp, path, file: undefined, tracked: undefined }
}

function sayFailures(path: string, failures: readonly string[]): string {
  const reasons = [...new Set(failures)].slice(0, 3).join(', ')
  return `${failures.length} files in ${printableLine(path)} could not be looked at: ${reasons}`
}

function forgetOthers(folders: Map<string, unknown>, wanted: readonly HeartbeatFolder[]): void {
  const kept = new Set(wanted.map(({ path }) => resolve(path)))
  for (const path of folders.keys()) if (!kept.has(path)) folders.delete(path)
}

/** A folder that is named twice is looked at once, and swept if either name says so. */
function uniqueFolders(wanted: readonly HeartbeatFolder[]): HeartbeatFolder[] {
  const unique = new Map<string, HeartbeatFolder>()
  for (const { path: given, sweep } of wanted) {
    const path = resolve(given)
    unique.set(path, { path, sweep: sweep || unique.get(path)?.sweep === true })
  }
  return [...unique.values()]
}
