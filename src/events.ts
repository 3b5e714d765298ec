import type { EventBody, StoredEvent } from './domain/event.ts'
import type { Clock } from './host/clock.ts'
import type { Log } from './log.ts'
import type { NewEvent, Store } from './store/store.ts'

/** Where everything worth telling goes: at once to the log, then to the store, then to who listens. */
export interface Events {
  emit(body: EventBody): void
  /** What the store keeps, also what it tells of its own accord. */
  announce(stored: readonly StoredEvent[]): void
  /** Live events, in order, each after it is kept. */
  subscribe(listener: (event: StoredEvent) => void): () => void
  /** Keeps what waits. Rejects while the store cannot; nothing is dropped until the bound. */
  flush(): Promise<void>
}

/** What may wait for a store that cannot write; beyond it the oldest go, counted. */
const MOST_WAITING = 2_000

export function createEvents(deps: { store: () => Store; log: Log; clock: Clock }): Events {
  const listeners = new Set<(event: StoredEvent) => void>()
  const waiting: NewEvent[] = []
  const logged = new WeakSet<EventBody>()
  let lost = 0
  let flushing: Promise<void> | undefined

  function emit(body: EventBody): void {
    log(body)
    waiting.push({ atMs: deps.clock.wallMs(), body })
    dropBeyondBound()
    if (flushing === undefined) setImmediate(keepSoon)
  }

  function log(body: EventBody): void {
    if (logged.has(body)) return
    logged.add(body)
    deps.log.event(body)
  }

  function announce(stored: readonly StoredEvent[]): void {
    for (const event of stored) {
      log(event.body)
      for (const listener of listeners) tellOne(listener, event)
    }
  }

  /** A mistake in who listens is no reason that others do not hear. */
  function tellOne(listener: (event: StoredEvent) => void, event: StoredEvent): void {
    try {
      listener(event)
    } catch (error) {
      deps.log.bug(error)
    }
  }

  function dropBeyondBound(): void {
    const surplus = waiting.length - MOST_WAITING
    if (surplus <= 0) return
    waiting.splice(0, surplus)
    lost += surplus
  }

  function keepSoon(): void {
    // What fails here is tried again by the loop's own step, which says so.
    flush().then(undefined, () => undefined)
  }

  /** Also what comes in while it works, so that nothing waits for the next turn. */
  async function flush(): Promise<void> {
    while (flushing !== undefined) await flushing
    if (waiting.length === 0) return
    flushing = keep(waiting.splice(0)).finally(() => {
      flushing = undefined
    })
    await flushing
    announceLost()
    await flush()
  }

  async function keep(batch: readonly NewEvent[]): Promise<void> {
    try {
      await deps.store().appendEvents(batch)
    } catch (error) {
      waiting.unshift(...batch)
      dropBeyondBound()
      throw error
    }
  }

  function announceLost(): void {
    if (lost === 0) return
    const count = lost
    lost = 0
    emit({ type: 'events_lost', count, why: 'the store could not be written for too long' })
  }

  return {
    emit,
    announce,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    flush,
  }
}
