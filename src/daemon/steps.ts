import { printableLine } from '../domain/printable.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Events } from '../events.ts'
import { areDescriptorsLeft, restUntilDescriptorsAreLeft } from '../host/descriptors.ts'
import type { HomeLock } from '../host/lock-file.ts'
import type { LogFile } from '../host/log-file.ts'
import type { Paths } from '../host/paths.ts'
import { consumeWakeSignals } from '../host/wake-spool.ts'
import type { Acts } from './acts.ts'
import type { WrapperKeeper } from './keep-wrappers.ts'
import type { Step } from './loop.ts'

export interface StepDeps {
  readonly paths: Paths
  readonly lock: HomeLock
  readonly events: Events
  readonly acts: Acts
  readonly wrappers: WrapperKeeper
  readonly logFile: LogFile
  readonly storeDamage: () => string | undefined
  readonly followConfig: Step['run']
  readonly tendJobs: Step['run']
  readonly tellSessions: Step['run']
  readonly tendBoards: Step['run']
  readonly lookAtReports: Step['run']
  readonly runHouse: Step['run']
  readonly renewWatches: () => Promise<undefined>
  readonly mendStore: (why: string) => Promise<void>
  readonly leave: (why: string) => void
}

/** What every turn sees to, in this order. */
export function buildSteps(deps: StepDeps): Step[] {
  return [
    { name: 'lock', run: async () => guardLock(deps) },
    { name: 'descriptors', run: async () => tendDescriptors() },
    { name: 'config', run: deps.followConfig },
    { name: 'wake', run: async () => takeWakeSignals(deps) },
    { name: 'store', run: async () => mendStore(deps) },
    { name: 'jobs', run: deps.tendJobs },
    { name: 'follow-ups', run: deps.tellSessions },
    { name: 'reports', run: deps.lookAtReports },
    { name: 'house', run: deps.runHouse },
    { name: 'boards', run: deps.tendBoards },
    { name: 'wrappers', run: async () => complainOfWrappers(deps) },
    { name: 'events', run: async () => keepEvents(deps) },
    { name: 'watch', run: deps.renewWatches },
    { name: 'log', run: async () => tendLog(deps) },
  ]
}

function guardLock({ lock, events, leave }: StepDeps): undefined {
  const found = lock.check()
  if (!found.ok) {
    events.emit({ type: 'lock_lost', why: found.reason })
    leave(`lost the lock: ${found.reason}`)
  } else if (found.unsure !== undefined) {
    throw failed(`looking whether the lock is still ours: ${found.unsure}`)
  }
}

function tendDescriptors(): undefined {
  if (areDescriptorsLeft()) return
  restUntilDescriptorsAreLeft()
  throw failed('no file descriptors are left (EMFILE)')
}

function takeWakeSignals({ acts, events, paths }: StepDeps): undefined {
  const signals = consumeWakeSignals(paths)
  if (signals.length === 0) return
  const by = nameSignals(signals)
  acts.note(by)
  events.emit({ type: 'woken', by })
}

function nameSignals(signals: readonly string[]): string {
  const first = printableLine(signals[0] ?? '', 64)
  return signals.length === 1 ? first : `${first} and ${signals.length - 1} more`
}

function complainOfWrappers({ wrappers }: StepDeps): undefined {
  const [first, ...more] = wrappers.problems()
  if (first === undefined) return
  throw failed(more.length === 0 ? first : `${first} (and ${more.length} more)`)
}

async function mendStore(deps: StepDeps): Promise<undefined> {
  const damage = deps.storeDamage()
  if (damage !== undefined) await deps.mendStore(damage)
  return undefined
}

async function keepEvents({ events }: StepDeps): Promise<undefined> {
  await events.flush()
  return undefined
}

function tendLog({ logFile }: StepDeps): undefined {
  logFile.followName()
  const message = logFile.problem()
  if (message !== undefined) throw failed(message)
}

function failed(message: string): ProblemError {
  return new ProblemError({ kind: 'failed', message })
}
