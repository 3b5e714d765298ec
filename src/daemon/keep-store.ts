import type { EventOf } from '../domain/event.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Clock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import type { Announce, Store } from '../store/store.ts'
import { openOrRecoverStore, type ReplacedStore, replaceStore } from './recover-store.ts'

export interface StoreKeeper {
  /** Throws while one is being replaced: whoever asks tries again. */
  now(): Store
  /** Why the files can no longer be trusted, until they are replaced. */
  damage(): string | undefined
  /** What opening found, when it found damage. */
  readonly setAside: EventOf<'store_set_aside'> | undefined
  /** Who hears what is kept, also by a store that takes the place of this one. */
  announceTo(listener: Announce): void
  /** Puts a damaged store aside and goes on with what can be had instead, once that was told what it has to know. */
  replace(why: string, prepare: (next: Store) => Promise<void>): Promise<EventOf<'store_set_aside'>>
  close(): Promise<void>
}

export async function keepStore(paths: Paths, clock: Clock): Promise<StoreKeeper> {
  const opened = openOrRecoverStore(paths, clock)
  let current = opened.store
  let next: ReplacedStore | undefined
  let isReplacing = false
  let announce: Announce = () => undefined
  if (opened.setAside !== undefined) await leapAhead(current, clock)
  return {
    now: () => {
      if (isReplacing) throw new ProblemError(REPLACING)
      return current
    },
    damage: () => current.damage(),
    setAside: opened.setAside,
    announceTo: (listener) => {
      announce = listener
      current.announceTo(announce)
    },
    replace: async (why, prepare) => {
      isReplacing = true
      await current.close()
      // One that could not be made ready is tried again, not set aside in its turn.
      next ??= replaceStore(paths, clock, why)
      const { setAside, store } = next
      await leapAhead(store, clock)
      await prepare(store)
      next = undefined
      current = store
      isReplacing = false
      current.announceTo(announce)
      return setAside
    },
    close: async () => {
      await next?.store.close()
      await current.close()
    },
  }
}

const REPLACING = {
  kind: 'failed',
  message: 'the store is damaged and being replaced',
  hint: 'try again in a moment; `curfew doctor` tells what holds it up',
} as const

/** A copy does not know which ids were given out after it was made; so many seconds as there are, no store has events. */
async function leapAhead(store: Store, clock: Clock): Promise<void> {
  await store.raiseEventIds(Math.floor(clock.wallMs() / 1000))
}
