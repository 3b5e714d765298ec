import { systemClock } from '../host/clock.ts'
import type { Config } from '../config.ts'
import { retentionRules } from '../domain/job-retention.ts'
import type { Events } from '../events.ts'
import { checkStoreApart } from '../host/check-store.ts'
import type { LogFile } from '../host/log-file.ts'
import type { Paths } from '../host/paths.ts'
import { putCopyInPlace } from '../host/store-files.ts'
import type { JobDesk } from '../operations/job-desk.ts'
import type { ReportDesk } from '../operations/report-desk.ts'
import { forgetLeavers } from '../operations/remove-jobs.ts'
import type { Store } from '../store/store.ts'
import type { WrapperKeeper } from './keep-wrappers.ts'

export interface BuiltInDeps {
  readonly paths: Paths
  readonly store: () => Store
  readonly logFile: LogFile
  readonly wrappers: WrapperKeeper
  readonly events: Events
  readonly config: () => Config
  readonly jobs: JobDesk
  readonly reports: ReportDesk
}

/** Says in a few words what was done. */
export type BuiltInChore = (stop: AbortSignal) => Promise<string>

const EVENTS_KEPT = 50_000
const EVENTS_KEPT_MS = 60 * 86_400_000
const NAMES_TOLD = 10

/** The work behind each built-in name. */
export function builtInChores(deps: BuiltInDeps): ReadonlyMap<string, BuiltInChore> {
  return new Map<string, BuiltInChore>([
    ['retention', (stop) => forgetOld(deps, stop)],
    ['store', (stop) => tendStore(deps, stop)],
    ['logs', async () => rotateLogs(deps)],
    ['sweep', async () => sweep(deps)],
  ])
}

async function forgetOld(deps: BuiltInDeps, stop: AbortSignal): Promise<string> {
  const { config, events, store } = deps
  const nowMs = systemClock.wallMs()
  const olderThanMs = nowMs - EVENTS_KEPT_MS
  const gone = await store().pruneEvents({ keepMost: EVENTS_KEPT, olderThanMs })
  const jobs = await forgetLeavers(deps, retentionRules(config().jobs), stop)
  const count = jobs.removed.length
  if (count > 0) events.emit({ type: 'jobs_forgotten', count, why: 'kept for long enough' })
  const reports = deps.reports.prune(undefined)
  if (reports.length > 0) {
    const why = `the newest ${config().reportsKept} are kept`
    events.emit({ type: 'reports_forgotten', count: reports.length, why })
  }
  if (jobs.problem !== undefined) throw jobs.problem
  return `${gone} old events, ${count} ended jobs and ${reports.length} ended reports forgotten`
}

/**
 * A copy is only put in place of last night's when the store it was made of is sound. What was not found
 * sound apart is looked at here too, while everything waits, before it is called damaged.
 */
async function tendStore({ paths, store }: BuiltInDeps, stop: AbortSignal): Promise<string> {
  await store().tidy()
  const isSound = (await checkStoreApart(paths.store, stop)) === 'sound'
  const [problem] = isSound ? [] : await store().integrity()
  if (problem !== undefined) throw new Error(`the store is damaged: ${problem}`)
  stop.throwIfAborted()
  await putCopyInPlace(paths.storeBackup, (to) => store().copyTo(to))
  return 'checked, and copied'
}

function rotateLogs({ logFile }: BuiltInDeps): string {
  return logFile.rotateIfOver(LOG_WORTH_ROTATING_BYTES) ? 'rotated' : 'nothing to rotate'
}

const LOG_WORTH_ROTATING_BYTES = 1024 * 1024

function sweep({ wrappers, events }: BuiltInDeps): string {
  const names = wrappers.sweep()
  if (names.length > 0) {
    events.emit({ type: 'wrappers_swept', count: names.length, names: names.slice(0, NAMES_TOLD) })
  }
  return `${names.length} left-over heartbeats removed`
}
