import { ProblemError } from '../domain/problem.ts'
import type { Paths } from '../host/paths.ts'
import { storeFileExists } from '../host/store-files.ts'
import { failedDoing } from '../host/system-error.ts'
import { isDamage, openStoreReadOnly } from '../store/open-store.ts'
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
    throw unreadable(paths.store, error)
  }
}

/** What is wrong with a store that could not be read, and what mends it. */
export function unreadable(path: string, error: unknown): ProblemError {
  const cause = error instanceof ProblemError && error.cause !== undefined ? error.cause : error
  const { message } = failedDoing(`reading store ${path}`, cause)
  if (isDamage(cause)) return new ProblemError({ kind: 'unusable', message, hint: SET_ASIDE })
  if (/no such (?:table|column)/.test(message)) {
    return new ProblemError({ kind: 'unusable', message, hint: BRING_UP })
  }
  return failedDoing(`reading store ${path}`, cause, '`curfew doctor` tells more')
}

const SET_ASIDE = '`curfew start` sets a damaged one aside and goes on with what there is beside it'
const BRING_UP = '`curfew start` brings that of an older curfew up to date'
