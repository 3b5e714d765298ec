import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { reasonOf } from './system-error.ts'

export interface Watching {
  close(): Promise<void>
}

export interface WatchRequest {
  readonly folder: string
  /** Names in that folder that matter; all of them when left out. */
  readonly names?: ReadonlySet<string>
}

/** Whoever started the daemon waits for its first answer; loading the watcher would take as long as that. */
const LET_OTHERS_FIRST_MS = 50

/**
 * Tells early that something in these folders changed. A hint, never the truth: the tick looks
 * for itself. Only the folders are watched, so ten thousand files in one cost one watch.
 */
export async function watchFolders(
  requests: readonly WatchRequest[],
  onChange: (folder: string, name: string) => void,
  onProblem: (folder: string, why: string) => void,
): Promise<Watching> {
  await delay(LET_OTHERS_FIRST_MS)
  const { watch } = await import('chokidar')
  const watchers = requests.map(({ folder, names }) => {
    const watcher = watch(folder, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => path !== folder,
    })
    watcher.on('raw', (_event, path) => {
      const name = basename(typeof path === 'string' ? path : '')
      if (names === undefined || names.has(name)) onChange(folder, name)
    })
    // What changed before anybody watched is found by looking once more now.
    watcher.on('ready', () => onChange(folder, ''))
    watcher.on('error', (error) => onProblem(folder, reasonOf(error)))
    return watcher
  })
  return {
    close: async () => {
      await Promise.all(watchers.map((watcher) => watcher.close()))
    },
  }
}
