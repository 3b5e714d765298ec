import type { TaskView } from '../../contract/boards.ts'
import { printableLine } from '../../domain/printable.ts'
import { fit } from '../fit.ts'
import { table } from './table.ts'
import { COLOURS, ownerText, roughly, standingOf } from './task-words.ts'

const MOST_SUBJECT = 400
const NARROW = 80

/** Tasks as a table that fits so many columns. */
export function renderTasks(tasks: readonly TaskView[], nowMs: number, columns: number): string {
  const rows = tasks.map((task) => {
    const standing = standingOf(task)
    const touched = `${roughly(nowMs - Date.parse(task.updated_at))} ago`
    const owner = fit(ownerText(task, nowMs), columns < NARROW ? 14 : 34)
    return {
      cells: [String(task.id), SHORT[standing], owner, columns < NARROW ? '' : touched],
      last: printableLine(task.subject, MOST_SUBJECT),
      style: COLOURS[standing],
    }
  })
  return table(['ID', 'STATUS', 'OWNER', 'TOUCHED', 'SUBJECT'], rows, columns)
}

const SHORT = {
  ready: 'ready',
  blocked: 'blocked',
  archived: 'archived',
  in_progress: 'in progress',
  completed: 'completed',
  cancelled: 'cancelled',
} as const
