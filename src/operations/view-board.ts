import type { BoardView, TaskView } from '../contract/boards.ts'
import { isoTime } from '../domain/iso-time.ts'
import { type Board, isReady, isUntouched, type Task } from '../domain/task.ts'

interface Times {
  readonly nowMs: number
  /** So much of every lease has passed without having been counted. */
  readonly uncountedMs: number
}

export function viewTask(task: Task, { nowMs, uncountedMs }: Times): TaskView {
  const { leaseLeftMs, archivedMs } = task
  return {
    list: task.list,
    id: task.id,
    subject: task.subject,
    description: task.description,
    active_form: task.activeForm,
    owner: task.owner?.name ?? null,
    wrapper: task.owner?.wrapper ?? null,
    status: task.status,
    priority: task.priority,
    blocks: task.blocks,
    blocked_by: task.blockedBy,
    ready: isReady(task),
    untouched: isUntouched(task, nowMs),
    metadata: task.metadata,
    version: task.version,
    lease_expires_at:
      leaseLeftMs === null ? null : isoTime(nowMs + Math.max(0, leaseLeftMs - uncountedMs)),
    created_at: isoTime(task.createdMs),
    updated_at: isoTime(task.updatedMs),
    archived_at: archivedMs === null ? null : isoTime(archivedMs),
  }
}

export function viewBoard(board: Board): BoardView {
  const { archivedMs, counts, idFloor, list, metadata, role, seen, session } = board
  return {
    list,
    role,
    session,
    metadata,
    counts,
    seen: seen.map(({ who, atMs }) => ({ who, at: isoTime(atMs) })),
    last_id: idFloor,
    created_at: isoTime(board.createdMs),
    updated_at: isoTime(board.updatedMs),
    archived_at: archivedMs === null ? null : isoTime(archivedMs),
  }
}
