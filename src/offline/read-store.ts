import type { Paths } from '../host/paths.ts'
import { storeFileExists } from '../host/store-files.ts'
import { failedDoing } from '../host/system-error.ts'
import { openStoreReadOnly } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

/** Asks the store for something while no daemon runs; undefined when there is none yet. */
export async function readStore<Value>(
  paths: Paths,
  ask: (store: Store) => Promise<Value>,
): Promise<Value | undefined> {
  if (!storeFileExists(paths.store)) return undefined
  try {
    const store = openStoreReadOnly(paths.store)
    try {
      return await ask(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    throw failedDoing(`reading store ${paths.store}`, error, '`curfew doctor` tells more')
  }
}
