import type { EventOf } from '../domain/event.ts'
import type { Events } from '../events.ts'
import type { Previous } from '../host/lock-file.ts'
import type { HouseKeeper } from './keep-house.ts'
import type { Ground } from './start.ts'

export interface Found {
  readonly events: Events
  readonly setAside: EventOf<'store_set_aside'> | undefined
  readonly begun: HouseKeeper['begun']
}

/** Tells what a daemon found when it moved in. */
export function tellBeginning({ previous, notes, self }: Ground, found: Found): void {
  const { events, setAside, begun } = found
  for (const what of notes) events.emit({ type: 'mended', what })
  if (previous !== null) {
    const { text: holder, verdict, reason: why } = previous
    events.emit({ type: 'lock_taken_over', holder, verdict, why })
  }
  const { pid, version } = self
  events.emit({ type: 'daemon_started', pid, version, previous: how(previous) })
  if (setAside !== undefined) events.emit(setAside)
  if (begun.problem !== null) {
    events.emit({ type: 'mended', what: `what was kept of the house: ${begun.problem}` })
  }
  for (const event of begun.events) events.emit(event)
}

function how(previous: Previous | null): string | null {
  return previous === null ? null : `one that did not leave in order (${previous.reason})`
}
