import type { EventOf } from '../domain/event.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { ProblemError } from '../domain/problem.ts'
import type { Clock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import { prepareStoreFile, restoreStore, setStoreAside } from '../host/store-files.ts'
import { failedDoing } from '../host/system-error.ts'
import { isDamage, openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

export interface OpenedStore {
  readonly store: Store
  /** Set when the file that lay there was damaged. */
  readonly setAside: EventOf<'store_set_aside'> | undefined
}

export interface ReplacedStore extends OpenedStore {
  readonly setAside: EventOf<'store_set_aside'>
}

/** Opens the store; a damaged one is kept under another name and replaced by its last copy, or an empty one. */
export function openOrRecoverStore(paths: Paths, clock: Clock): OpenedStore {
  try {
    return { store: open(paths.store), setAside: undefined }
  } catch (error) {
    if (!isDamage(error)) throw usable(paths.store, error)
    return replaceStore(paths, clock, error instanceof Error ? error.message : String(error))
  }
}

/** Sets the store aside and opens what can be had instead. */
export function replaceStore(paths: Paths, clock: Clock, why: string): ReplacedStore {
  const stamp = isoTime(clock.wallMs())
  const as = setStoreAside(paths.store, stamp)
  const fromCopy = openCopy(paths, `${stamp}-copy`)
  const restored = fromCopy === undefined ? 'an empty one' : "last night's copy"
  const store = fromCopy ?? open(paths.store)
  return { store, setAside: { type: 'store_set_aside', as, restored, why } }
}

function openCopy(paths: Paths, stamp: string): Store | undefined {
  if (!restoreStore(paths.storeBackup, paths.store)) return undefined
  try {
    return open(paths.store)
  } catch (error) {
    if (!isDamage(error)) throw usable(paths.store, error)
    setStoreAside(paths.store, stamp)
    return undefined
  }
}

function open(path: string): Store {
  prepareStoreFile(path)
  return openStore(path)
}

function usable(path: string, error: unknown): ProblemError {
  return failedDoing(
    `opening store ${path}`,
    error,
    'make room, or mend the file; nothing was changed',
  )
}
