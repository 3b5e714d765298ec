import type { Events } from '../events.ts'
import type { Clock } from '../host/clock.ts'
import type { HomeLock } from '../host/lock-file.ts'
import type { LogFile } from '../host/log-file.ts'
import type { Paths } from '../host/paths.ts'
import { consumeWakeSignals } from '../host/wake-spool.ts'
import type { Store } from '../store/store.ts'
import { ProblemError } from '../domain/problem.ts'
import type { LifecycleKeeper } from './keep-lifecycle.ts'
import type { Step } from './loop.ts'

export interface StepDeps {
  readonly clock: Clock
  readonly paths: Paths
  readonly lock: HomeLock
  readonly events: Events
  readonly lifecycle: LifecycleKeeper
  readonly logFile: LogFile
  readonly store: () => Store
  readonly mendStore: (why: string) => Promise<void>
  readonly leave: (why: string) => void
}

const EVENTS_KEPT = 50_000
const EVENTS_KEPT_MS = 60 * 86_400_000
const RETENTION_EVERY_MS = 3_600_000

/** What every turn sees to, in this order. */
export function buildSteps(deps: StepDeps): Step[] {
  return [
    { name: 'lock', run: async () => guardLock(deps) },
    { name: 'wake', run: async () => takeWakeSignals(deps) },
    { name: 'lifecycle', run: async () => saveLifecycle(deps) },
    { name: 'store', run: async () => mendStore(deps) },
    { name: 'events', run: async () => keepEvents(deps) },
    { name: 'retention', run: retention(deps) },
    { name: 'log', run: async () => tendLog(deps) },
  ]
}

function guardLock({ lock, events, leave }: StepDeps): undefined {
  const found = lock.check()
  if (found.ok) return
  events.emit({ type: 'lock_lost', why: found.reason })
  leave(`lost the lock: ${found.reason}`)
}

function takeWakeSignals({ paths, events, lifecycle }: StepDeps): undefined {
  const signals = consumeWakeSignals(paths)
  if (signals.length === 0) return
  lifecycle.activity()
  events.emit({ type: 'woken', by: nameSignals(signals) })
}

function nameSignals(signals: readonly string[]): string {
  const [first = ''] = signals
  return signals.length === 1 ? first : `${first} and ${signals.length - 1} more`
}

async function saveLifecycle({ lifecycle }: StepDeps): Promise<undefined> {
  await lifecycle.save()
  return undefined
}

async function mendStore(deps: StepDeps): Promise<undefined> {
  const damage = deps.store().damage()
  if (damage !== undefined) await deps.mendStore(damage)
  return undefined
}

async function keepEvents({ events }: StepDeps): Promise<undefined> {
  await events.flush()
  return undefined
}

function retention({ clock, store }: StepDeps): Step['run'] {
  let lastMs: number | undefined
  return async () => {
    const nowMs = clock.bootMs()
    if (lastMs !== undefined && nowMs - lastMs < RETENTION_EVERY_MS) return undefined
    const olderThanMs = clock.wallMs() - EVENTS_KEPT_MS
    await store().pruneEvents({ keepMost: EVENTS_KEPT, olderThanMs })
    lastMs = nowMs
    return undefined
  }
}

function tendLog({ logFile }: StepDeps): undefined {
  logFile.followName()
  const message = logFile.problem()
  if (message !== undefined) throw new ProblemError({ kind: 'failed', message })
}
