import type { EventBody, StoredEvent } from '../../domain/event.ts'
import type { Announce } from '../store.ts'
import type { Database } from './database.ts'

/** Events that are kept with what they tell of, by one commit, and announced when that is done. */
export interface EventLedger {
  /** Inside a transaction: undone with it. */
  write(atMs: number, body: EventBody): StoredEvent
  announceTo(listener: Announce): void
  committed(): void
  undone(): void
}

const INSERT = 'insert into events (at_ms, type, body) values (?, ?, ?)'

export function createEventLedger(database: Database): EventLedger {
  let written: StoredEvent[] = []
  let announce: Announce = () => undefined
  return {
    write: (atMs, body) => {
      if (!database.raw.isTransaction) throw new Error('an event is written outside a transaction')
      const stored = { id: insert(database, atMs, body), atMs, body }
      written.push(stored)
      return stored
    },
    announceTo: (listener) => {
      announce = listener
    },
    committed: () => {
      if (written.length === 0) return
      const done = written
      written = []
      // Not on the stack of the commit, which has succeeded whatever listeners do; in the order of commits all the same.
      queueMicrotask(() => announce(done))
    },
    undone: () => {
      written = []
    },
  }
}

function insert(database: Database, atMs: number, body: EventBody): number {
  try {
    const { lastInsertRowid } = database.prepare(INSERT).run(atMs, body.type, JSON.stringify(body))
    return Number(lastInsertRowid)
  } catch (error) {
    throw database.explain(error)
  }
}
