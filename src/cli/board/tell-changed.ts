import type { ChangedTaskView } from '../../contract/boards.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { taskLine, untilText } from './task-words.ts'

/** What became of each, as JSON or in words. */
export function tellChanged(
  shell: Shell,
  options: CommonOptions,
  tasks: readonly ChangedTaskView[],
): number {
  if (options.json === true) shell.out(`${JSON.stringify(tasks)}\n`)
  else for (const each of tasks) shell.note(`curfew: ${changeLine(each)}`)
  return 0
}

/** That done has changed the status goes without saying. */
function changeLine({ task, changed }: ChangedTaskView): string {
  if (changed.length === 0) return `${taskLine(task)}; nothing had to be changed`
  if (changed.length === 1 && changed[0] === 'lease_expires_at') {
    return `${taskLine(task)}; yours${untilText(task)}`
  }
  const fields = changed.filter((field) => !UNSAID.has(field))
  return fields.length === 0 ? taskLine(task) : `${taskLine(task)}; changed ${fields.join(', ')}`
}

const UNSAID = new Set(['status', 'owner', 'lease_expires_at', 'archived_at'])
