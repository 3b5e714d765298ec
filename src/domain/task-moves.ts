import type { Problem } from './problem.ts'
import { printableLine } from './printable.ts'
import { isSameOwner, type Owner, owns, type Task, type TaskStatus } from './task.ts'

export interface Asker {
  readonly by: Owner
  /** Also where it is somebody else's. */
  readonly force: boolean
}

export type Acted =
  | { readonly kind: 'changed'; readonly task: Task; readonly fields: readonly string[] }
  /** It is so already: nothing is to be done, and nothing was wrong with asking. */
  | { readonly kind: 'already' }
  | { readonly kind: 'no'; readonly problem: Problem }

export function finish(task: Task, asker: Asker): Acted {
  if (task.status === 'completed') return { kind: 'already' }
  if (task.status === 'cancelled') return hasEnded(task)
  const refused = refuseStranger(task, asker)
  if (refused !== undefined) return refused
  if (task.unmet > 0) {
    return isBlocked(task)
  }
  return changed({ ...task, status: 'completed', leaseLeftMs: null }, 'status')
}

export function release(task: Task, asker: Asker): Acted {
  if (isOver(task.status)) return hasEnded(task)
  if (task.owner === null && task.status === 'pending') return { kind: 'already' }
  const refused = refuseStranger(task, asker)
  if (refused !== undefined) return refused
  const fields = task.status === 'pending' ? ['owner'] : ['status', 'owner']
  return changed({ ...task, status: 'pending', owner: null, leaseLeftMs: null }, ...fields)
}

/** What nobody works on may be cancelled by anybody. */
export function cancel(task: Task, asker: Asker): Acted {
  if (task.status === 'cancelled') return { kind: 'already' }
  if (task.status === 'completed') return hasEnded(task)
  const refused = task.owner === null ? undefined : refuseStranger(task, asker)
  return refused ?? changed({ ...task, status: 'cancelled', leaseLeftMs: null }, 'status')
}

export function renew(task: Task, { by }: Asker, leaseMs: number): Acted {
  if (task.status !== 'in_progress') {
    return no(task, `is not in progress (${task.status})`, '`curfew task claim` takes it')
  }
  if (!isSameOwner(task.owner, by)) return isOthers(task)
  return changed(withLease(task, leaseMs), 'lease_expires_at')
}

export function archive(task: Task, nowMs: number): Acted {
  if (task.archivedMs !== null) return { kind: 'already' }
  if (task.status === 'in_progress') return no(task, 'is in progress', 'release it first')
  return changed({ ...task, archivedMs: nowMs }, 'archived_at')
}

/** Which of them have ended is not known here where some have. */
export function isBlocked(task: Task): Acted {
  const { blockedBy, unmet } = task
  const shown = blockedBy.slice(0, MOST_SHOWN).join(', ')
  const which = `${shown}${blockedBy.length > MOST_SHOWN ? ', …' : ''}`
  const count = unmet === blockedBy.length ? '' : `${unmet} of `
  return no(task, `waits for ${count}${which}`, 'finish what it waits for, or unblock it')
}

const MOST_SHOWN = 20

/** 0 means none. */
export function withLease(task: Task, leaseMs: number): Task {
  return { ...task, leaseLeftMs: leaseMs === 0 ? null : leaseMs }
}

export function refuseStranger(task: Task, { by, force }: Asker): Acted | undefined {
  if (force || owns(task, by)) return undefined
  if (task.owner === null) {
    return no(task, 'is nobody’s', '`curfew task claim` takes it, --force does it all the same')
  }
  return isOthers(task)
}

function isOthers(task: Task): Acted {
  const { owner } = task
  const wrapper = owner?.wrapper ?? null
  const place = wrapper === null ? '' : ` (in wrapper ${printableLine(wrapper, 40)})`
  const whose = owner === null ? 'nobody' : `"${printableLine(owner.name, 80)}"${place}`
  return no(task, `belongs to ${whose}`, 'ask them, or use --force')
}

export function isOver(status: TaskStatus): boolean {
  return status === 'completed' || status === 'cancelled'
}

export function hasEnded(task: Task): Acted {
  return no(task, `is ${task.status}`, '`curfew task edit --status pending` opens it again')
}

export function no({ id }: Pick<Task, 'id'>, why: string, hint: string): Acted {
  return { kind: 'no', problem: { kind: 'refused', message: `task ${id} ${why}`, hint } }
}

export function changed(task: Task, ...fields: readonly string[]): Acted {
  return { kind: 'changed', task, fields }
}
