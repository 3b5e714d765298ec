import type { EventView } from '../contract/shapes.ts'
import type { Paths } from '../host/paths.ts'
import { storeFileExists } from '../host/store-files.ts'
import { failedDoing } from '../host/system-error.ts'
import { listEvents } from '../operations/list-events.ts'
import { openStoreReadOnly } from '../store/open-store.ts'
import type { EventQuery } from '../store/store.ts'

/** What happened, read from the store while no daemon runs. */
export async function offlineEvents(paths: Paths, query: EventQuery): Promise<EventView[]> {
  if (!storeFileExists(paths.store)) return []
  try {
    const store = openStoreReadOnly(paths.store)
    try {
      return await listEvents({ store: () => store }, query)
    } finally {
      await store.close()
    }
  } catch (error) {
    throw failedDoing(`reading store ${paths.store}`, error, '`curfew doctor` tells more')
  }
}
