import { setTimeout as delay } from 'node:timers/promises'
import type { RunBegan } from '../../formats/exit-record.ts'
import { systemClock } from '../clock.ts'
import { freeze, thaw } from './cgroup.ts'
import { type KnownMembers, type MarkedJob, membersOf, signalRow, treeMarks } from './job-tree.ts'
import { nextLook, type ProcessTable } from './process-table.ts'
import { waiterLives } from './waiter-life.ts'

export interface PauseRequest extends MarkedJob {
  readonly began: RunBegan
}

/** On a busy machine it takes until all have had their turn to stop. */
const PAUSE_MS = 10_000
const ROUND_MS = 5
/** A look takes a while, in which somebody who was not stopped yet may have made another. */
const QUIET_LOOKS = 2

/** Stops all processes of a job, also those it makes while it is being stopped. False when some still run. */
export async function pauseJob(request: PauseRequest): Promise<boolean> {
  if (request.began.cgroup !== null && (await freeze(request.began.cgroup))) return true
  const marks = treeMarks(request, waiterLives(request.paths))
  const known: KnownMembers = new Map()
  const deadline = systemClock.monotonicMs() + PAUSE_MS
  for (let quiet = 0; quiet < QUIET_LOOKS; await delay(ROUND_MS)) {
    const running = membersOf(marks, known, await nextLook()).filter((row) => !row.isStopped)
    for (const row of running) signalRow(row, 'SIGSTOP')
    quiet = running.length === 0 ? quiet + 1 : 0
    if (systemClock.monotonicMs() > deadline) return false
  }
  return true
}

/** Lets all processes of a job go on. Stopped as they are, a look of just before shows them all. */
export function resumeJob(request: PauseRequest, table: ProcessTable): void {
  const marks = treeMarks(request, waiterLives(request.paths))
  const members = membersOf(marks, new Map(), table)
  for (const row of members.filter((each) => each.isStopped)) signalRow(row, 'SIGCONT')
  if (request.began.cgroup !== null) thaw(request.began.cgroup)
}
