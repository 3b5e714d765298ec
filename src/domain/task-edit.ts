import {
  type Acted,
  type Asker,
  cancel,
  changed,
  finish,
  hasEnded,
  isBlocked,
  isOver,
  no,
  refuseStranger,
  release,
  withLease,
} from './task-moves.ts'
import { isSameOwner, mergeMetadata, type Metadata, type Task, type TaskStatus } from './task.ts'

/** What is to be different; what is left out stays. */
export interface TaskEdit {
  /** The one the asker saw: refused when the task has moved on. */
  readonly version?: number
  readonly subject?: string
  readonly description?: string | null
  readonly activeForm?: string | null
  readonly priority?: number
  /** Merged into what is there; null takes a key away. */
  readonly metadata?: Metadata
  readonly status?: TaskStatus
  readonly owner?: string | null
  /** These come to block it, and it to block those. */
  readonly blockedBy?: readonly number[]
  readonly blocks?: readonly number[]
  /** These block it no more. */
  readonly unblock?: readonly number[]
}

export function editTask(task: Task, edit: TaskEdit, asker: Asker, leaseMs: number): Acted {
  if (edit.version !== undefined && edit.version !== task.version) {
    const why = `is at version ${task.version}, not ${edit.version} any more`
    return no(task, why, '`curfew task show` tells how it is now')
  }
  const written = rewrite(task, edit)
  const moved = moveTo(written, edit, asker, leaseMs)
  if (moved.kind === 'no') return moved
  const standing = moved.kind === 'changed' ? moved.task : written
  const given = giveTo(standing, edit, asker, leaseMs)
  if (given.kind === 'no') return given
  const after = given.kind === 'changed' ? given.task : standing
  const fields = differences(task, after)
  return fields.length === 0 ? { kind: 'already' } : changed(after, ...fields)
}

function rewrite(task: Task, edit: TaskEdit): Task {
  const { subject, description, activeForm, priority, metadata } = edit
  const blockedBy = new Set([...task.blockedBy, ...(edit.blockedBy ?? [])])
  for (const id of edit.unblock ?? []) blockedBy.delete(id)
  return {
    ...task,
    subject: subject ?? task.subject,
    description: description === undefined ? task.description : description,
    activeForm: activeForm === undefined ? task.activeForm : activeForm,
    priority: priority ?? task.priority,
    metadata: metadata === undefined ? task.metadata : mergeMetadata(task.metadata, metadata),
    blockedBy: inOrder(blockedBy),
    blocks: inOrder([...task.blocks, ...(edit.blocks ?? [])]),
  }
}

/** What another status means is what the command for it would do. */
function moveTo(task: Task, { status }: TaskEdit, asker: Asker, leaseMs: number): Acted {
  if (status === undefined || status === task.status) return { kind: 'already' }
  if (status === 'completed') return finish(task, asker)
  if (status === 'cancelled') return cancel(task, asker)
  if (status === 'in_progress') return begin(task, asker, leaseMs)
  if (!isOver(task.status)) return release(task, asker)
  return changed({ ...task, status, owner: null, leaseLeftMs: null }, 'status', 'owner')
}

function begin(task: Task, asker: Asker, leaseMs: number): Acted {
  if (isOver(task.status)) return hasEnded(task)
  const refused = task.owner === null ? undefined : refuseStranger(task, asker)
  if (refused !== undefined) return refused
  if (task.unmet > 0) return isBlocked(task)
  const begun: Task = { ...task, status: 'in_progress', owner: asker.by }
  return changed(withLease(begun, leaseMs), 'status', 'owner')
}

/** Of what waits it only says whom it is meant for; what is worked on changes hands. */
function giveTo(task: Task, { owner }: TaskEdit, asker: Asker, leaseMs: number): Acted {
  if (owner === undefined || (owner === null && task.owner === null)) return { kind: 'already' }
  if (isOver(task.status)) return hasEnded(task)
  const isOwn = owner === asker.by.name
  const next = owner === null ? null : isOwn ? asker.by : { name: owner, wrapper: null }
  if (task.status === 'pending') {
    const meant = next === null ? null : { ...next, wrapper: null }
    return changed({ ...task, owner: meant }, 'owner')
  }
  if (isSameOwner(task.owner, next)) return { kind: 'already' }
  const refused = refuseStranger(task, asker)
  if (refused !== undefined) return refused
  if (next === null) return release(task, asker)
  return changed(withLease({ ...task, owner: next }, leaseMs), 'owner')
}

/** By the names that a reader of the task knows. */
function differences(before: Task, after: Task): string[] {
  const pairs: readonly (readonly [name: string, a: unknown, b: unknown])[] = [
    ['subject', before.subject, after.subject],
    ['description', before.description, after.description],
    ['active_form', before.activeForm, after.activeForm],
    ['priority', before.priority, after.priority],
    ['metadata', before.metadata, after.metadata],
    ['status', before.status, after.status],
    ['owner', before.owner, after.owner],
    ['blocks', before.blocks, after.blocks],
    ['blocked_by', before.blockedBy, after.blockedBy],
  ]
  return pairs.flatMap(([name, a, b]) => (isSame(a, b) ? [] : [name]))
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function inOrder(ids: Iterable<number>): number[] {
  return [...new Set(ids)].toSorted((a, b) => a - b)
}
