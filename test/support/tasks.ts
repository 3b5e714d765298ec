import type { Owner, Task, TaskDraft } from '../../src/domain/task.ts'
import type { ClaimOutcome } from '../../src/domain/task-claim.ts'
import type { ActAsk, ClaimAsk, CreateOutcome, TaskStore } from '../../src/store/task-store.ts'

export const NOW_MS = 1_800_000_000_000
export const LEASE_MS = 60_000

export function owner(name: string, wrapper: string | null = null): Owner {
  return { name, wrapper }
}

export function taskDraft(changes: Partial<TaskDraft> = {}): TaskDraft {
  return {
    subject: 'a task',
    description: null,
    activeForm: null,
    priority: 0,
    metadata: {},
    owner: null,
    blocks: [],
    blockedBy: [],
    ...changes,
  }
}

export function aTask(changes: Partial<Task> = {}): Task {
  return {
    list: 'l',
    id: 1,
    subject: 'a task',
    description: null,
    activeForm: null,
    priority: 0,
    metadata: {},
    status: 'pending',
    owner: null,
    blocks: [],
    blockedBy: [],
    unmet: 0,
    version: 1,
    leaseLeftMs: null,
    createdMs: NOW_MS,
    updatedMs: NOW_MS,
    archivedMs: null,
    ...changes,
  }
}

export function idRef(id: number) {
  return { kind: 'id', id } as const
}

export function itemRef(at: number) {
  return { kind: 'item', at } as const
}

/** Adds drafts to a list as nobody in particular. */
export function add(
  tasks: TaskStore,
  list: string,
  drafts: readonly Partial<TaskDraft>[],
): Promise<CreateOutcome> {
  const batch = { list, drafts: drafts.map(taskDraft), by: null, session: null, nowMs: NOW_MS }
  return tasks.create(batch)
}

/** So many tasks without relations. */
export function addMany(tasks: TaskStore, list: string, count: number): Promise<CreateOutcome> {
  return add(
    tasks,
    list,
    Array.from({ length: count }, (_, at) => ({ subject: `task ${at}` })),
  )
}

export function claimAs(
  tasks: TaskStore,
  by: Owner,
  ask: Partial<ClaimAsk> & { readonly list: string },
): Promise<ClaimOutcome> {
  return tasks.claim({ by, leaseMs: LEASE_MS, busyLimit: 0, nowMs: NOW_MS, ...ask })
}

export function actAs(
  tasks: TaskStore,
  by: Owner,
  list: string,
  ids: readonly number[],
  { force = false, ...ask }: Pick<ActAsk, 'act'> & Partial<ActAsk> & { readonly force?: boolean },
) {
  return tasks.act({ list, ids, asker: { by, force }, nowMs: NOW_MS, ...ask })
}
