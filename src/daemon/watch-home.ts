import { basename, dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { EventBody } from '../domain/event.ts'
import { systemClock } from '../host/clock.ts'
import { folderStamp } from '../host/folder-stamp.ts'
import type { Paths } from '../host/paths.ts'
import { reasonOf } from '../host/system-error.ts'
import { watchFolders, type Watching, type WatchRequest } from '../host/watch.ts'

export interface WatchDeps {
  readonly paths: Paths
  readonly config: () => Config
  readonly wake: () => void
  /** Whether a change of that heartbeat file could mean anything before the next tick. */
  readonly isNews: (path: string) => boolean
  readonly emit: (body: EventBody) => void
}

export interface Watches extends AsyncDisposable {
  /** Watches what is not watched yet, or was removed and made again. */
  renew(): Promise<undefined>
}

/** A report that changes after a while of rest is looked at within this time; many that do, no oftener than that. */
const REPORT_SOON_MS = 50
const REPORTS_APART_MS = 750

interface Watched {
  readonly stamp: string
  readonly watching: Watching
}

/** Wakes the loop when something it cares about changes. */
export function createWatches(deps: WatchDeps): Watches {
  const watched = new Map<string, Watched>()
  const told = new Set<string>()
  let reportsTimer: NodeJS.Timeout | undefined
  let reportsMs = -Infinity

  function onChange(folder: string, name: string, holds: Holding): void {
    if (holds === 'reports') onReport(name)
    else if (holds !== 'wrappers' || name === '' || deps.isNews(`${folder}/${name}`)) deps.wake()
  }

  /** Many that run at once write many times a second, and their logs oftener still. */
  function onReport(name: string): void {
    if (name !== '' && (name.startsWith('.') || !name.endsWith('.json'))) return
    reportsTimer ??= setTimeout(
      () => {
        reportsTimer = undefined
        reportsMs = systemClock.monotonicMs()
        deps.wake()
      },
      Math.max(REPORT_SOON_MS, reportsMs + REPORTS_APART_MS - systemClock.monotonicMs()),
    )
  }

  function onProblem(folder: string, why: string): void {
    if (told.has(folder)) return
    told.add(folder)
    deps.emit({ type: 'watch_failed', what: folder, why })
  }

  async function watch(request: WatchRequest, stamp: string, holds: Holding): Promise<void> {
    const { folder } = request
    await watched.get(folder)?.watching.close()
    try {
      const changed = (_: string, name: string): void => onChange(folder, name, holds)
      watched.set(folder, { stamp, watching: await watchFolders([request], changed, onProblem) })
    } catch (error) {
      onProblem(folder, reasonOf(error))
    }
  }

  async function forget(folder: string): Promise<void> {
    const old = watched.get(folder)
    watched.delete(folder)
    await old?.watching.close()
  }

  async function renew(): Promise<undefined> {
    const wanted = wantedFolders(deps.paths, deps.config())
    for (const folder of watched.keys()) if (!wanted.has(folder)) await forget(folder)
    for (const [folder, { names, holds }] of wanted) {
      const stamp = folderStamp(folder)
      if (stamp === undefined) await forget(folder)
      else if (watched.get(folder)?.stamp !== stamp) {
        await watch({ folder, ...(names === undefined ? {} : { names }) }, stamp, holds)
      }
    }
    return undefined
  }

  return {
    renew,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(reportsTimer)
      await Promise.all([...watched.keys()].map(forget))
    },
  }
}

type Holding = 'wrappers' | 'reports' | 'signals'

interface Wanted {
  readonly names?: ReadonlySet<string>
  readonly holds: Holding
}

function wantedFolders(paths: Paths, config: Config): Map<string, Wanted> {
  const inHome = [paths.marker, paths.wakeSignal, paths.reports].map((path) => basename(path))
  const configFolder = dirname(paths.config)
  const configName = basename(paths.config)
  const wanted = new Map<string, Wanted>([[paths.wake, { holds: 'signals' }]])
  if (configFolder === paths.home) inHome.push(configName)
  else wanted.set(configFolder, { names: new Set([configName]), holds: 'signals' })
  wanted.set(paths.home, { names: new Set(inHome), holds: 'signals' })
  for (const folder of [paths.wrappers, ...config.wrapperDirs.map(({ path }) => path)]) {
    wanted.set(folder, { holds: 'wrappers' })
  }
  for (const folder of [paths.reports, ...config.reportDirs]) {
    if (!wanted.has(folder)) wanted.set(folder, { holds: 'reports' })
  }
  return wanted
}
