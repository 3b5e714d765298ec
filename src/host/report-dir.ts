import { lstatSync, opendirSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'
import { printableLine } from '../domain/printable.ts'
import type { ProcessLook } from '../domain/process-look.ts'
import { isReportId } from '../domain/report-id.ts'
import type { ReportSighting } from '../domain/report.ts'
import { systemClock } from './clock.ts'
import { isSameMark } from './heartbeat-file.ts'
import { lookAt } from './identity.ts'
import { createProcessTable, type ProcessTable } from './process-table.ts'
import { readReport } from './report-file.ts'
import { isMissing, reasonOf } from './system-error.ts'
import { createPause } from './time-slice.ts'

export interface ReportFile extends ReportSighting {
  /** The name of the file, whatever it says of itself. */
  readonly id: string
  readonly path: string
  readonly folder: string
}

export interface ReportScan {
  readonly files: readonly ReportFile[]
  /** Folders that could be listed: what is not found there is gone. */
  readonly listed: ReadonlySet<string>
  /** One line for everything that could not be looked at. */
  readonly problems: readonly string[]
}

export interface ReportScanner {
  scan(folders: readonly string[]): Promise<ReportScan>
}

interface Entry {
  readonly id: string
  readonly path: string
  /** Undefined until it was read for the first time. */
  file: ReportFile | undefined
  /** As the file was found right before it was read. */
  seen: Stats | undefined
}

type Entries = Map<string, Entry>

interface Found {
  readonly files: ReportFile[]
  readonly listed: Set<string>
  readonly problems: string[]
}

const ENDING = '.json'
const MOST_FILES = 5_000
const MOST_NAMES = 100_000
/** What cannot be read so soon after it was written is probably still being written. */
const WRITING_MS = 2_000
const QUIETLY = { throwIfNoEntry: false } as const
const GONE: ProcessLook = { state: 'gone' }

/** Makes a stamp for every change that is seen. */
let changes = 0

/** Looks at folders of reports over and over, and reads again only what changed. */
export function createReportScanner(): ReportScanner {
  const folders = new Map<string, Entries>()
  const table = createProcessTable()
  let last: Promise<unknown> = Promise.resolve()

  async function scanAll(wanted: readonly string[]): Promise<ReportScan> {
    await table.begin()
    const pause = createPause()
    const found: Found = { files: [], listed: new Set(), problems: [] }
    const paths = new Set(wanted.map((path) => resolve(path)))
    for (const folder of paths) {
      const entries = folders.get(folder) ?? new Map<string, Entry>()
      folders.set(folder, entries)
      list(folder, entries, found)
      await lookAtAll(folder, entries, table, pause, found)
    }
    for (const folder of folders.keys()) if (!paths.has(folder)) folders.delete(folder)
    table.end()
    return found
  }

  return {
    scan: (wanted) => {
      const scan = last.then(() => scanAll(wanted))
      last = scan.catch(String)
      return scan
    },
  }
}

/** One report by itself. What cannot be read for the moment says what it said before. */
export function lookAtReport(
  folder: string,
  id: string,
  before: ReportFile | undefined,
): ReportFile | undefined {
  const path = `${folder}/${id}${ENDING}`
  const found = readReport(path)
  if (found === undefined) return undefined
  const { mtimeMs } = found.mark
  const isTorn = found.content.kind === 'torn' && before !== undefined
  const content = isTorn ? before.content : found.content
  const look = content.kind === 'torn' ? GONE : lookAt(content.pid)
  return { id, path, folder, content, stamp: mtimeMs, mtimeMs, look }
}

/** Takes in what is new. Streamed, so that a folder of millions of names costs no more than one with the most we take. */
function list(folder: string, entries: Entries, found: Found): void {
  try {
    using names = opendirSync(folder)
    let count = 0
    for (let each = names.readSync(); each !== null; each = names.readSync()) {
      count += 1
      const id = idOf(each.name)
      if (id !== undefined && !entries.has(id) && entries.size < MOST_FILES) {
        entries.set(id, { id, path: `${folder}/${each.name}`, file: undefined, seen: undefined })
      } else if (count > MOST_NAMES || (id !== undefined && !entries.has(id))) {
        found.problems.push(sayTooMany(folder, count > MOST_NAMES ? MOST_NAMES : MOST_FILES))
        break
      }
    }
    found.listed.add(folder)
  } catch (error) {
    if (isMissing(error)) return void found.listed.add(folder)
    found.problems.push(`${printableLine(folder)} cannot be read: ${reasonOf(error)}`)
  }
}

/** Temp files and whatever else does not name a report are not looked at. */
function idOf(name: string): string | undefined {
  const id = name.slice(0, -ENDING.length)
  return name.endsWith(ENDING) && isReportId(id) ? id : undefined
}

async function lookAtAll(
  folder: string,
  entries: Entries,
  table: ProcessTable,
  pause: () => Promise<void> | undefined,
  found: Found,
): Promise<void> {
  const failures: string[] = []
  for (const entry of entries.values()) {
    const slice = pause()
    if (slice !== undefined) await slice
    try {
      entry.file = meet(folder, entry, table)
    } catch (error) {
      failures.push(reasonOf(error))
    }
    if (entry.file === undefined) entries.delete(entry.id)
    else found.files.push(entry.file)
  }
  if (failures.length > 0) found.problems.push(sayFailures(folder, failures))
}

function meet(folder: string, entry: Entry, table: ProcessTable): ReportFile | undefined {
  const { file, seen, path } = entry
  const stats = lstatSync(path, QUIETLY)
  if (stats === undefined) return undefined
  if (file !== undefined && seen !== undefined && isUnchanged(stats, seen)) {
    const look = lookFor(table, file, false)
    return look === file.look ? file : { ...file, look }
  }
  return read(folder, entry, stats, table)
}

function read(
  folder: string,
  entry: Entry,
  stats: Stats,
  table: ProcessTable,
): ReportFile | undefined {
  const { id, path, file } = entry
  const found = readReport(path)
  if (found === undefined) return undefined
  const { content, mark } = found
  if (content.kind === 'torn' && file?.content.kind === 'report' && isFresh(stats)) return file
  const isSame =
    file?.content.kind === content.kind && entry.seen !== undefined && isSameMark(stats, entry.seen)
  if (!isSame) changes += 1
  entry.seen = stats
  const stamp = isSame ? file.stamp : changes
  const next = { id, path, folder, content, stamp, mtimeMs: mark.mtimeMs, look: GONE }
  return { ...next, look: lookFor(table, next, true) }
}

/** Rights that were given or taken count as a change too. */
function isUnchanged(a: Stats, b: Stats): boolean {
  return a.ctimeMs === b.ctimeMs && isSameMark(a, b)
}

function isFresh({ mtimeMs }: Stats): boolean {
  return Math.abs(systemClock.wallMs() - mtimeMs) < WRITING_MS
}

/** Of what has ended nobody has to know who has its process number now. */
function lookFor(table: ProcessTable, { content }: ReportFile, closely: boolean): ProcessLook {
  if (content.kind === 'torn' || content.state !== 'running') return GONE
  return table.look(table.find(content.pid), closely)
}

function sayTooMany(folder: string, most: number): string {
  return `${printableLine(folder)} holds more than ${most} files; the rest of them is not looked at`
}

function sayFailures(folder: string, failures: readonly string[]): string {
  const reasons = [...new Set(failures)].slice(0, 3).join(', ')
  return `${failures.length} files in ${printableLine(folder)} could not be looked at: ${reasons}`
}
