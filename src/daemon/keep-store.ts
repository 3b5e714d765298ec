import type { EventOf } from '../domain/event.ts'
import type { Clock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import type { Store } from '../store/store.ts'
import { openOrRecoverStore, replaceStore } from './recover-store.ts'

export interface StoreKeeper {
  now(): Store
  /** What opening found, when it found damage. */
  readonly setAside: EventOf<'store_set_aside'> | undefined
  /** Puts a damaged store aside and goes on with what can be had instead. */
  replace(why: string): Promise<EventOf<'store_set_aside'>>
  close(): Promise<void>
}

export function keepStore(paths: Paths, clock: Clock): StoreKeeper {
  const opened = openOrRecoverStore(paths, clock)
  let current = opened.store
  return {
    now: () => current,
    setAside: opened.setAside,
    replace: async (why) => {
      await current.close()
      const next = replaceStore(paths, clock, why)
      current = next.store
      return next.setAside
    },
    close: () => current.close(),
  }
}
