import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { listWithPs } from './process-list-darwin.ts'

/** One process as it was a moment ago. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly isStopped: boolean
  /** Ended, but not yet reaped. */
  readonly isRemains: boolean
  readonly processStart: string
  /** Its own and that of the children it has reaped. */
  readonly cpuMs: number
  readonly memoryBytes: number
}

const MS_PER_TICK = 10
const PAGE_SIZE_ENTRY = 6n
const shared = Buffer.allocUnsafeSlow(4096)
const onDarwin = process.platform === 'darwin'
let knownPageBytes: number | undefined

/** Every process there is, remains included. */
export function listProcesses(): ProcessRow[] {
  if (onDarwin) return listWithPs()
  return readdirSync('/proc').flatMap((name) => {
    const row = name >= '1' && name < ':' ? readRow(name) : undefined
    return row === undefined ? [] : [row]
  })
}

/** Many looks at one list: by number, and by parent. */
export interface ProcessIndex {
  readonly byPid: ReadonlyMap<number, ProcessRow>
  readonly childrenOf: ReadonlyMap<number, readonly ProcessRow[]>
}

export function indexProcesses(rows: readonly ProcessRow[] = listProcesses()): ProcessIndex {
  return {
    byPid: new Map(rows.map((row) => [row.pid, row])),
    childrenOf: Map.groupBy(rows, (row) => row.parent),
  }
}

/** These and all below them, without those that are barred and all below those. */
export function withAllBelow(
  roots: readonly ProcessRow[],
  index: ProcessIndex,
  isBarred: (row: ProcessRow) => boolean,
): Map<number, ProcessRow> {
  const found = new Map(roots.map((row) => [row.pid, row]))
  for (const { pid } of found.values()) {
    for (const child of index.childrenOf.get(pid) ?? []) {
      if (!isBarred(child)) found.set(child.pid, child)
    }
  }
  return found
}

/** One of them; undefined when it is gone. */
export function readProcess(pid: number): ProcessRow | undefined {
  return onDarwin ? listWithPs().find((row) => row.pid === pid) : readRow(String(pid))
}

/** The most memory it ever held at once, by the kernel's own high-water mark; 0 where nothing tells. */
export function peakMemory(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '')
  return found === null ? 0 : Number(found[1]) * 1024
}

/** What it was started with, each NAME=VALUE ended by a NUL byte, in latin1; undefined where that cannot be seen. */
export function readEnvironmentOf(pid: number): string | undefined {
  return readText(`/proc/${pid}/environ`)
}

/** From behind the last bracket: the command before it may hold anything. */
export function parseRow(pid: number, text: string): ProcessRow | undefined {
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (at: number): number => Number(fields[at] ?? 0)
  if (fields.length < 21) return undefined
  return {
    pid,
    parent: number(0),
    group: number(1),
    session: number(2),
    isStopped: state === 'T' || state === 't',
    isRemains: state === 'Z' || state === 'X' || state === 'x',
    processStart: fields[18] ?? '',
    cpuMs: (number(10) + number(11) + number(12) + number(13)) * MS_PER_TICK,
    memoryBytes: number(20) * pageBytes(),
  }
}

/** As the kernel told this process when it began. */
function pageBytes(): number {
  knownPageBytes ??= readPageBytes()
  return knownPageBytes
}

function readPageBytes(): number {
  const words = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer)
  const at = words.findIndex((word, index) => index % 2 === 0 && word === PAGE_SIZE_ENTRY)
  return Number(words[at + 1] ?? 4096n)
}

function readRow(name: string): ProcessRow | undefined {
  let fd: number | undefined
  try {
    fd = openSync(`/proc/${name}/stat`, 'r')
    const length = readSync(fd, shared, 0, shared.length, null)
    return parseRow(Number(name), shared.toString('latin1', 0, length))
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
