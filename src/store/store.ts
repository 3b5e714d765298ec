import type { EventBody, StoredEvent } from '../domain/event.ts'
import type { FollowUpStore } from './follow-up-store.ts'
import type { JobStore } from './job-store.ts'
import type { TaskStore } from './task-store.ts'

/** What the store can do: verbs, each atomic. No transaction is ever handed out. */
export interface Store {
  readonly jobs: JobStore
  readonly followUps: FollowUpStore
  readonly tasks: TaskStore
  /** Keeps events for good, in order, all or none. */
  appendEvents(events: readonly NewEvent[]): Promise<StoredEvent[]>
  /** From now on who hears of each event that is kept, once it is, in the order of their ids. */
  announceTo(listener: Announce): void
  listEvents(query: EventQuery): Promise<StoredEvent[]>
  /** From now on ids begin above this one. */
  raiseEventIds(above: number): Promise<void>
  /** Forgets what is older than the age, and the oldest beyond the count. Says how many went. */
  pruneEvents(limits: { readonly keepMost: number; readonly olderThanMs: number }): Promise<number>
  /** A small named value of the daemon's own. */
  readNote(name: string): Promise<string | undefined>
  writeNote(name: string, value: string): Promise<void>
  /** Moves what is pending into the main file and lets the engine look after its indices. */
  tidy(): Promise<void>
  /** Writes a whole copy to that path, while work goes on. */
  copyTo(path: string): Promise<void>
  /** Problems the engine finds in its own files; empty when sound. */
  integrity(): Promise<string[]>
  /** Why the files can no longer be trusted, once an operation has met damage. */
  damage(): string | undefined
  close(): Promise<void>
}

export type Announce = (events: readonly StoredEvent[]) => void

export interface NewEvent {
  readonly atMs: number
  readonly body: EventBody
}

export interface EventQuery {
  readonly limit: number
  /** Oldest first, beginning behind this id. */
  readonly afterId?: number
  /** Newest first, beginning before this id. Without either: the newest. */
  readonly beforeId?: number
}
