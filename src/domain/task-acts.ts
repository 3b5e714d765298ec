import {
  type Acted,
  archive,
  type Asker,
  cancel,
  changed,
  finish,
  no,
  release,
  renew,
} from './task-moves.ts'
import { editTask, type TaskEdit } from './task-edit.ts'
import type { Task } from './task.ts'

/** What may be done with a task by hand, beside claiming it. */
export type TaskAct =
  | {
      readonly do: 'edit'
      readonly edit: TaskEdit
      readonly leaseMs: number
      /** Of who begins with one by it; 0: any number. */
      readonly busyLimit: number
    }
  | { readonly do: 'renew'; readonly leaseMs: number }
  | { readonly do: 'release' | 'done' | 'cancel' | 'archive' | 'restore' }

/** What becomes of a task, and which of its fields are really different then. */
export function actOn(task: Task, act: TaskAct, asker: Asker, nowMs: number): Acted {
  if (task.archivedMs !== null && act.do !== 'archive' && act.do !== 'restore') {
    return no(task, 'is archived', '`curfew task restore` brings it back')
  }
  switch (act.do) {
    case 'edit':
      return editTask(task, act.edit, asker, act.leaseMs)
    case 'renew':
      return renew(task, asker, act.leaseMs)
    case 'release':
      return release(task, asker)
    case 'done':
      return finish(task, asker)
    case 'cancel':
      return cancel(task, asker)
    case 'archive':
      return archive(task, nowMs)
    case 'restore':
      return task.archivedMs === null
        ? { kind: 'already' }
        : changed({ ...task, archivedMs: null }, 'archived_at')
  }
}
