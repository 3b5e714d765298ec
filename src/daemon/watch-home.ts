import { basename, dirname } from 'node:path'
import type { EventBody } from '../domain/event.ts'
import type { Paths } from '../host/paths.ts'
import { reasonOf } from '../host/system-error.ts'
import { watchFolders, type WatchRequest } from '../host/watch.ts'

export interface WatchDeps {
  readonly paths: Paths
  readonly wake: () => void
  readonly reload: () => void
  readonly emit: (body: EventBody) => void
}

/** Editors write a file in several steps; it is read when they have been quiet for so long. */
const SETTLE_MS = 100

/** Wakes the loop when something it cares about changes, and reads a saved config again. */
export function watchHome(deps: WatchDeps): AsyncDisposable {
  const { paths } = deps
  let settling: NodeJS.Timeout | undefined

  function changed(folder: string, name: string): void {
    if (folder !== dirname(paths.config) || name !== basename(paths.config)) return deps.wake()
    clearTimeout(settling)
    settling = setTimeout(deps.reload, SETTLE_MS)
  }

  const watching = watchFolders(requests(paths), changed, (what, why) =>
    deps.emit({ type: 'watch_failed', what, why }),
  ).catch((error: unknown) => {
    deps.emit({ type: 'watch_failed', what: paths.home, why: reasonOf(error) })
    return undefined
  })

  return {
    [Symbol.asyncDispose]: async () => {
      clearTimeout(settling)
      await (await watching)?.close()
    },
  }
}

function requests(paths: Paths): WatchRequest[] {
  const inHome = [paths.marker, paths.wakeSignal].map((path) => basename(path))
  const wanted = new Map<string, Set<string>>([[paths.home, new Set(inHome)]])
  const configFolder = dirname(paths.config)
  wanted.set(configFolder, (wanted.get(configFolder) ?? new Set()).add(basename(paths.config)))
  return [{ folder: paths.wake }, ...[...wanted].map(([folder, names]) => ({ folder, names }))]
}
