import type { EventView } from '../contract/shapes.ts'
import type { StoredEvent } from '../domain/event.ts'
import { tellStored } from '../domain/event.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { EventQuery, Store } from '../store/store.ts'

/** What happened, newest first (oldest first when asked for what came after an id). */
export async function listEvents(
  deps: { store(): Store },
  query: EventQuery,
): Promise<EventView[]> {
  const events = await deps.store().listEvents(query)
  return events.map(viewEvent)
}

export function viewEvent(event: StoredEvent): EventView {
  const { type, ...data } = event.body
  const { level, text } = tellStored(event)
  return { id: event.id, at: isoTime(event.atMs), type, level, message: text, data }
}
