/** A board is a list of tasks that many agents share; its name is data, whatever characters it has. */
export const TASK_STATUSES = ['pending', 'in_progress', 'completed', 'cancelled'] as const

export type TaskStatus = (typeof TASK_STATUSES)[number]

/** A name, and the wrapper it lives under where it has one: namesakes are two. */
export interface Owner {
  readonly name: string
  readonly wrapper: string | null
}

/** A Map in all but type: any key is just a key, also `__proto__`. */
export type Metadata = Readonly<Record<string, unknown>>

/** What a task says, whoever works on it. */
export interface TaskContent {
  readonly subject: string
  readonly description: string | null
  readonly activeForm: string | null
  readonly priority: number
  readonly metadata: Metadata
}

export interface Task extends TaskContent {
  readonly list: string
  readonly id: number
  readonly status: TaskStatus
  /** Of a pending one: whom it is meant for. */
  readonly owner: Owner | null
  readonly blocks: readonly number[]
  readonly blockedBy: readonly number[]
  /** How many of those that block it are still open. */
  readonly unmet: number
  readonly version: number
  /** What is left of the lease, on a clock that stands still while nobody could renew; null: it has none. */
  readonly leaseLeftMs: number | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly archivedMs: number | null
}

/** A task to be made. What it refers to may be made with it: then by its place in the batch. */
export interface TaskDraft extends TaskContent {
  readonly owner: string | null
  readonly blocks: readonly TaskRef[]
  readonly blockedBy: readonly TaskRef[]
}

export type TaskRef =
  | { readonly kind: 'id'; readonly id: number }
  | { readonly kind: 'item'; readonly at: number }

/** Both directions of the one relation, as an arrow from what comes first. */
export interface Edge {
  readonly blocker: number
  readonly blocked: number
}

export interface Board {
  readonly list: string
  readonly role: string | null
  readonly session: string | null
  readonly metadata: Metadata
  readonly createdMs: number
  readonly updatedMs: number
  readonly archivedMs: number | null
  /** Of what is neither internal nor archived. */
  readonly counts: Readonly<Record<TaskStatus, number>>
  /** Who was seen last, the latest first. */
  readonly seen: readonly { readonly who: string; readonly atMs: number }[]
  /** No id up to this one is given out any more. */
  readonly idFloor: number
}

/** Without a sign of life for so long, work in progress is shown as untouched. */
const UNTOUCHED_AFTER_MS = 3_600_000

export function isUntouched({ status, updatedMs }: Task, nowMs: number): boolean {
  return status === 'in_progress' && nowMs - updatedMs > UNTOUCHED_AFTER_MS
}

/** It waits, and for nothing but somebody who takes it. */
export function isReady({ archivedMs, status, unmet }: Task): boolean {
  return status === 'pending' && unmet === 0 && archivedMs === null
}

/** What a program keeps for itself among the tasks of people says so in its metadata. */
export function isInternal(metadata: Metadata): boolean {
  return Object.hasOwn(metadata, '_internal') && metadata._internal === true
}

export function isSameOwner(a: Owner | null, b: Owner | null): boolean {
  return a?.name === b?.name && a?.wrapper === b?.wrapper
}

/** Whether it is theirs: one that is only meant for somebody is theirs by name. */
export function owns({ owner, status }: Pick<Task, 'owner' | 'status'>, by: Owner): boolean {
  return status === 'pending' ? owner?.name === by.name : isSameOwner(owner, by)
}

/** Keys that are null go, others come over what was there. */
export function mergeMetadata(before: Metadata, patch: Metadata): Metadata {
  const merged = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, value)
  }
  return Object.fromEntries(merged)
}
