import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunBegan } from '../../formats/exit-record.ts'
import { systemClock } from '../clock.ts'
import { bootId, isRunning, type ProcessIdentity, signalProcess } from '../identity.ts'
import { failedDoing } from '../system-error.ts'
import { thaw } from './cgroup.ts'
import { readExitRecord } from './exit-file.ts'
import {
  type KnownMembers,
  type MarkedJob,
  membersOf,
  signalGroup,
  signalRow,
  treeMarks,
  type TreeMarks,
} from './job-tree.ts'
import type { Reach } from './launcher.ts'
import type { ProcessRow } from './process-list.ts'
import { nextLook, type ProcessTable } from './process-table.ts'
import type { RunPaths } from './run-paths.ts'
import { waiterLives } from './waiter-life.ts'

export interface EndRequest extends MarkedJob {
  readonly began: RunBegan
  /** What its group gets first. */
  readonly signal: NodeJS.Signals
  /** How long it may take to end by itself before it is killed. */
  readonly graceMs: number
  /** How long to go on killing before saying what is left. */
  readonly killMs?: number
}

export interface EndReport {
  readonly reach: Reach
  /** Found and still alive, or not to be signalled by us. Empty: nothing of it that can be found lives. */
  readonly remaining: readonly number[]
}

const KILL_MS = 10_000
const LOOK_MS = 20
const KILL_LOOK_MS = 2
const EMPTY_LOOKS = 3

/**
 * Ends a job and all that belongs to it: its signal to the group, the grace, then SIGKILL to whatever is left,
 * escaped or not. Where its waiter is the reaper of all orphans, that one does the killing and cannot miss any;
 * that also holds for what outlived the job's own process.
 */
export async function endJob(request: EndRequest): Promise<EndReport> {
  const { paths, began } = request
  const marks = treeMarks(request, waiterLives(paths))
  const isThere = (): boolean => waiterLives(paths) || isRunning(identityOf(marks))
  const known: KnownMembers = new Map()
  if (began.cgroup !== null) thaw(began.cgroup)
  if (began.reach === 'scan' || !isThere()) return await endByScan(request, marks, known)
  const table = await nextLook()
  tellSpared(paths, marks, table)
  signalProcess(identityOf(marks), 'SIGUSR1')
  askToLeave(marks, membersOf(marks, known, table), request.signal)
  await until(() => !isThere() || groupIsGone(paths, marks), request.graceMs, LOOK_MS)
  signalProcess(identityOf(marks), 'SIGUSR2')
  signalProcess(identityOf(marks), 'SIGCONT')
  await until(() => !isThere(), request.killMs ?? KILL_MS, KILL_LOOK_MS)
  rmSync(paths.spare, { force: true })
  const left = membersOf(marks, known, await nextLook())
  // A waiter that was itself killed meanwhile leaves its work to us.
  if (left.length > 0 && !isThere()) return await endByScan(request, marks, known)
  return { reach: began.reach, remaining: pidsOf(left) }
}

async function endByScan(
  request: EndRequest,
  marks: TreeMarks,
  known: KnownMembers,
): Promise<EndReport> {
  const look = async (): Promise<ProcessRow[]> => membersOf(marks, known, await nextLook())
  askToLeave(marks, await look(), request.signal)
  const inGroup = (row: ProcessRow): boolean => row.group === marks.job.pid
  await until(async () => !(await look()).some(inGroup), request.graceMs, LOOK_MS)
  let empty = 0
  let remaining: ProcessRow[] = []
  await until(
    async () => {
      remaining = await look()
      for (const row of remaining) signalRow(row, 'SIGKILL')
      empty = remaining.length === 0 ? empty + 1 : 0
      return empty === EMPTY_LOOKS
    },
    request.killMs ?? KILL_MS,
    KILL_LOOK_MS,
  )
  return { reach: 'scan', remaining: pidsOf(remaining) }
}

/** The group at once; where its number is no longer surely ours, one by one. What is stopped could not hear. */
function askToLeave(
  marks: TreeMarks,
  members: readonly ProcessRow[],
  signal: NodeJS.Signals,
): void {
  if (!signalGroup(marks.job, signal)) for (const row of members) signalRow(row, signal)
  for (const row of members.filter((each) => each.isStopped)) signalRow(row, 'SIGCONT')
}

function identityOf({ waiter }: TreeMarks): ProcessIdentity {
  return { ...waiter, bootId: bootId() }
}

/** The waiter has written the end of the job itself, and nobody is left in the group that was asked to leave. */
async function groupIsGone(paths: RunPaths, { job }: TreeMarks): Promise<boolean> {
  if (readExitRecord(paths.exit).end === null) return false
  return (await nextLook()).rows.every((row) => row.isRemains || row.group !== job.pid)
}

/** Only those that hang below this job's waiter matter: it kills nobody else. */
function tellSpared(paths: RunPaths, marks: TreeMarks, { byPid }: ProcessTable): void {
  const below = marks.spare.filter((pid) => isBelow(pid, marks.waiter.pid, byPid))
  rmSync(paths.spare, { force: true })
  if (below.length === 0) return
  try {
    writeFileSync(paths.spare, `${below.join(' ')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw failedDoing(`writing ${paths.spare}`, error)
  }
}

function isBelow(pid: number, above: number, byPid: ProcessTable['byPid']): boolean {
  for (let row = byPid.get(pid); row && row.parent > 1; row = byPid.get(row.parent)) {
    if (row.parent === above) return true
  }
  return false
}

async function until(
  isDone: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs: number,
): Promise<void> {
  const deadline = systemClock.monotonicMs() + withinMs
  while (!(await isDone()) && systemClock.monotonicMs() < deadline) await delay(everyMs)
}

function pidsOf(rows: readonly ProcessRow[]): number[] {
  return rows.map((row) => row.pid)
}
