import type { Problem } from './problem.ts'
import { printableLine } from './printable.ts'
import type { Owner } from './task.ts'
import type { Held } from './task-claim.ts'
import { sayCycle } from './task-cycles.ts'

export function noBoard(list: string): Problem {
  return {
    kind: 'not_found',
    message: `there is no board "${printableLine(list, 80)}"`,
    hint: '`curfew board list` lists them',
  }
}

export function noTasks(ids: readonly number[]): Problem {
  const message = `there ${ids.length === 1 ? 'is no task' : 'are no tasks'} ${ids.join(', ')}`
  return { kind: 'not_found', message, hint: '`curfew task list` lists them' }
}

export function closesRing(ring: readonly number[]): Problem {
  const message = `task ${ring[0]} would wait for itself: ${sayCycle(ring)}`
  return { kind: 'refused', message, hint: '`curfew task edit --unblock` takes a relation away' }
}

export function holdsEnough(by: Owner, held: readonly Held[]): Problem {
  const those = held.slice(0, 10).map(({ list, id }) => `${id} of "${printableLine(list, 80)}"`)
  if (held.length > those.length) those.push('…')
  return {
    kind: 'refused',
    message: `"${printableLine(by.name, 80)}" holds as many as \`board.busyLimit\` allows: ${those.join(', ')}`,
    hint: 'finish or release one first',
  }
}

export function isArchivedBoard(list: string): Problem {
  return {
    kind: 'refused',
    message: `board "${printableLine(list, 80)}" is archived`,
    hint: '`curfew board create` brings it back',
  }
}
