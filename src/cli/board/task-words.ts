import type { TaskView } from '../../contract/boards.ts'
import { durationText } from '../../domain/duration-text.ts'
import { printableLine } from '../../domain/printable.ts'

/** How a task stands, as people say it. */
export type Standing = 'ready' | 'blocked' | 'archived' | 'in_progress' | 'completed' | 'cancelled'

const MOST_NAME = 40

export const COLOURS = {
  ready: 'reset',
  blocked: 'dim',
  archived: 'dim',
  in_progress: 'cyan',
  completed: 'green',
  cancelled: 'yellow',
} as const satisfies Record<Standing, string>

export const MARKS = {
  ready: '○',
  blocked: '·',
  archived: '·',
  in_progress: '●',
  completed: '✓',
  cancelled: '✗',
} as const satisfies Record<Standing, string>

/** What was put away cannot be claimed, and need not wait for others. */
export function standingOf({ archived_at: archivedAt, status, ready }: TaskView): Standing {
  if (status !== 'pending') return status
  if (archivedAt !== null) return 'archived'
  return ready ? 'ready' : 'blocked'
}

/** Who has it, and for how long still; of what waits, whom it is meant for. */
export function ownerText(task: TaskView, nowMs: number): string {
  const { owner, status, lease_expires_at: until } = task
  if (owner === null) return ''
  const name = printableLine(owner, MOST_NAME)
  if (status === 'pending') return `for ${name}`
  if (status !== 'in_progress' || until === null) return name
  return `${name}, ${roughly(Date.parse(until) - nowMs)} left`
}

/** Until when somebody has it; nothing where that has no end. */
export function untilText({ lease_expires_at: until }: TaskView): string {
  return until === null ? '' : ` until ${until.replace(/\.\d+Z$/, 'Z')}`
}

/** In the largest unit alone. */
export function roughly(ms: number): string {
  return durationText(ms).split(' ', 2).join(' ')
}

/** How a task stands after something was done with it, in one line of words. */
export function taskLine(task: TaskView): string {
  const { id, owner, status } = task
  const whose = owner === null ? '' : `, ${printableLine(owner, MOST_NAME)}`
  const state = task.archived_at === null ? status.replace('_', ' ') : 'archived'
  return `task ${id} (${state}${whose}): ${printableLine(task.subject)}`
}
