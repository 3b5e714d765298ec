import type { PidAndStart } from '../../formats/exit-record.ts'
import { bootId, type ProcessIdentity, signalProcess } from '../identity.ts'
import { errorCode, failedDoing } from '../system-error.ts'
import { type ProcessRow, readProcess, withAllBelow } from './process-list.ts'
import type { ProcessTable } from './process-table.ts'
import type { RunPaths } from './run-paths.ts'

/** By what a job's processes are recognised. */
export interface TreeMarks {
  readonly waiter: PidAndStart
  readonly job: PidAndStart
  /** CURFEW_HOME and CURFEW_JOB as the job got them; a process that cleared its environment lacks them. */
  readonly environment: readonly string[]
  /** Where the job's output goes, and that of all who did not think of it when they cleared the rest. */
  readonly log: string
  /** Of ours, and not to be touched, nor what is below and bears no mark: the daemon, and waiters of other jobs. */
  readonly spare: readonly number[]
}

export interface MarkedJob {
  readonly paths: RunPaths
  readonly began: { readonly waiter: PidAndStart; readonly job: PidAndStart }
  readonly home: string
  readonly job: number
  /** Processes of ours that may live inside the job's tree, such as waiters of other running jobs. */
  readonly spare?: readonly number[]
}

/** The marks of a job that was launched with `jobEnvironment`. */
export function treeMarks(
  { paths, began, home, job, spare = [] }: MarkedJob,
  waiterLives: boolean,
): TreeMarks {
  return {
    waiter: withStarts(began.waiter, waiterLives),
    job: withStarts(began.job, waiterLives),
    environment: [`CURFEW_HOME=${home}`, `CURFEW_JOB=${job}`],
    log: paths.log,
    spare: [process.pid, ...spare],
  }
}

/**
 * Remembers who was once seen to belong: a process whose parents died and whose environment is empty is known
 * by nothing else.
 */
export type KnownMembers = Map<number, string>

/** The processes of a job that a look saw alive, its waiter left out. Each is provably the job's. */
export function membersOf(
  marks: TreeMarks,
  known: KnownMembers,
  table: ProcessTable,
): ProcessRow[] {
  const spare = new Set(marks.spare)
  const isBarred = (row: ProcessRow): boolean =>
    row.pid <= 1 || spare.has(row.pid) || isSame(row, marks.waiter)
  const marked = new Set([
    ...table.withEnvironment(marks.environment),
    ...table.writingTo(marks.log),
  ])
  const roots = table.rows.filter(
    (row) => (marked.has(row.pid) || isRoot(row, marks, known, table)) && !isBarred(row),
  )
  const found = [...withAllBelow(roots, table, isBarred).values()]
  for (const row of found) known.set(row.pid, row.processStart)
  return found.filter((row) => !row.isRemains)
}

/** Sends the signal to a process only if it is still the one that was seen. */
export function signalRow(row: ProcessRow, signal: NodeJS.Signals): void {
  const identity: ProcessIdentity = {
    pid: row.pid,
    processStart: row.processStart,
    bootId: bootId(),
  }
  signalProcess(identity, signal)
}

/** Signals the job's group; false when its leader is gone and the number might be somebody else's by now. */
export function signalGroup(job: PidAndStart, signal: NodeJS.Signals): boolean {
  const leader = readProcess(job.pid)
  if (job.pid <= 1 || !leader || !isSame(leader, job) || leader.group !== job.pid) return false
  try {
    process.kill(-job.pid, signal)
    return true
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    if (errorCode(error) === 'EPERM') return true
    throw failedDoing(`sending ${signal} to process group ${job.pid}`, error)
  }
}

export function isSame(row: ProcessRow, identity: PidAndStart): boolean {
  return row.pid === identity.pid && row.processStart === identity.processStart
}

/**
 * Where a waiter cannot tell starts (macOS), its word counts while it lives: nobody gets a number that it has not
 * reaped yet. Later, numbers alone prove nothing.
 */
export function withStarts(identity: PidAndStart, waiterLives: boolean): PidAndStart {
  if (identity.processStart !== '') return identity
  const row = waiterLives ? readProcess(identity.pid) : undefined
  return { pid: identity.pid, processStart: row?.processStart ?? 'unknown' }
}

function isRoot(
  row: ProcessRow,
  marks: TreeMarks,
  known: KnownMembers,
  { byPid }: ProcessTable,
): boolean {
  if (known.get(row.pid) === row.processStart) return true
  if (isSame(row, marks.job)) return true
  const waiter = byPid.get(marks.waiter.pid)
  if (waiter && isSame(waiter, marks.waiter) && row.parent === waiter.pid) return true
  const leader = byPid.get(marks.job.pid)
  const groupIsOurs = leader !== undefined && isSame(leader, marks.job)
  return groupIsOurs && (row.group === marks.job.pid || row.session === marks.job.pid)
}
