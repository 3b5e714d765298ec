import { setTimeout as delay } from 'node:timers/promises'
import type { RunBegan } from '../../formats/exit-record.ts'
import { freeze, thaw } from './cgroup.ts'
import { type KnownMembers, type MarkedJob, membersOf, signalRow, treeMarks } from './job-tree.ts'
import { waiterLives } from './waiter-life.ts'

export interface PauseRequest extends MarkedJob {
  readonly began: RunBegan
}

const MOST_ROUNDS = 50
const ROUND_MS = 5

/** Stops all processes of a job, also those it makes while it is being stopped. False when some still run. */
export async function pauseJob(request: PauseRequest): Promise<boolean> {
  if (request.began.cgroup !== null && (await freeze(request.began.cgroup))) return true
  const marks = treeMarks(request, waiterLives(request.paths))
  const known: KnownMembers = new Map()
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const running = membersOf(marks, known).filter((row) => !row.isStopped)
    if (running.length === 0) return true
    for (const row of running) signalRow(row, 'SIGSTOP')
    await delay(ROUND_MS)
  }
  return false
}

/** Lets all processes of a job go on. */
export function resumeJob(request: PauseRequest): void {
  const marks = treeMarks(request, waiterLives(request.paths))
  const members = membersOf(marks, new Map())
  for (const row of members.filter((each) => each.isStopped)) signalRow(row, 'SIGCONT')
  if (request.began.cgroup !== null) thaw(request.began.cgroup)
}
