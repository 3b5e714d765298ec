import type { EventView } from '../contract/shapes.ts'
import type { Paths } from '../host/paths.ts'
import { listEvents } from '../operations/list-events.ts'
import type { EventQuery } from '../store/store.ts'
import { readStore } from './read-store.ts'

/** What happened, read from the store while no daemon runs. */
export async function offlineEvents(paths: Paths, query: EventQuery): Promise<EventView[]> {
  const events = await readStore(paths, (store) => listEvents({ store: () => store }, query))
  return events ?? []
}
