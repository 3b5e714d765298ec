import type { ChangedTaskView } from '../../contract/boards.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { taskLine } from './task-words.ts'

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

function changeLine({ task, changed }: ChangedTaskView): string {
  const what = changed.length === 0 ? 'nothing had to be changed' : `changed ${changed.join(', ')}`
  return `${taskLine(task)}; ${what}`
}
