import { readlinkSync } from 'node:fs'
import {
  indexProcesses,
  listProcesses,
  type ProcessIndex,
  type ProcessRow,
  readEnvironmentOf,
} from './process-list.ts'
import { environmentsByPs, pidsWith } from './process-list-darwin.ts'

/** All processes as one look saw them, however many jobs are looked for in it. */
export interface ProcessTable extends ProcessIndex {
  readonly rows: readonly ProcessRow[]
  /** Those that were started with all these marks in their environment, as far as that can be seen. */
  withEnvironment(entries: readonly string[]): ReadonlySet<number>
  /** Those whose output goes to that file; none where that cannot be seen. */
  writingTo(path: string): ReadonlySet<number>
}

const MARKS = /(?<=\0)CURFEW_(?:HOME|JOB)=[^\0]*(?=\0)/g
const OUTPUTS = [1, 2]
const NOBODY: ReadonlySet<number> = new Set()
const onDarwin = process.platform === 'darwin'
let next: Promise<ProcessTable> | undefined

export function lookAtProcesses(): ProcessTable {
  const rows = listProcesses()
  let byMark: Pids | undefined
  let byOutput: Pids | undefined
  let lines: readonly string[] | undefined

  function withMark(entry: string): ReadonlySet<number> {
    byMark ??= collect(rows, marksOf)
    return byMark.get(Buffer.from(entry).toString('latin1')) ?? NOBODY
  }

  return {
    rows,
    ...indexProcesses(rows),
    withEnvironment: (entries) => {
      if (onDarwin) return pidsWith((lines ??= environmentsByPs()), entries)
      const [first = NOBODY, ...others] = entries.map(withMark)
      return new Set([...first].filter((pid) => others.every((some) => some.has(pid))))
    },
    writingTo: (path) => {
      byOutput ??= onDarwin ? new Map() : collect(rows, outputsOf)
      return byOutput.get(path) ?? NOBODY
    },
  }
}

/**
 * A look that begins after this call. All who ask before it has begun share it: without that, what it costs to end
 * many jobs at once grows with their square.
 */
export function nextLook(): Promise<ProcessTable> {
  next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    next = undefined
    return lookAtProcesses()
  })
  return next
}

type Pids = ReadonlyMap<string, ReadonlySet<number>>

function collect(rows: readonly ProcessRow[], namesOf: (pid: number) => readonly string[]): Pids {
  const found = new Map<string, Set<number>>()
  for (const { pid, isRemains } of rows) {
    for (const name of isRemains ? [] : namesOf(pid)) {
      const pids = found.get(name)
      if (pids === undefined) found.set(name, new Set([pid]))
      else pids.add(pid)
    }
  }
  return found
}

function marksOf(pid: number): readonly string[] {
  const text = readEnvironmentOf(pid)
  return text === undefined ? [] : (`\0${text}`.match(MARKS) ?? [])
}

function outputsOf(pid: number): string[] {
  return OUTPUTS.flatMap((fd) => linkOf(pid, fd) ?? [])
}

function linkOf(pid: number, fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
