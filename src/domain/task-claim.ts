import type { Owner, Task } from './task.ts'

export type ClaimOutcome =
  | { readonly kind: 'ok'; readonly task: Task }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'already_completed'; readonly task: Task }
  | { readonly kind: 'already_owned'; readonly by: Owner; readonly task: Task }
  /** By these; without a task where any was asked for and all that wait are blocked. */
  | { readonly kind: 'blocked'; readonly by: readonly number[]; readonly task?: Task }
  /** With these. */
  | { readonly kind: 'busy'; readonly by: readonly Held[] }

export interface Held {
  readonly list: string
  readonly id: number
}

/** So many of them are named at most. */
export const MOST_HELD = 100

/** Whoever holds those may take no more. */
export function isBusy(held: readonly Held[], busyLimit: number): boolean {
  return busyLimit > 0 && held.length >= Math.min(busyLimit, MOST_HELD)
}

/** Why that one could not be had, by what is known a moment later; undefined when it could be by now. */
export function whyNotClaimed(
  task: Task,
  by: Owner,
  facts: { readonly open: readonly number[]; readonly held: readonly Held[] },
): ClaimOutcome | undefined {
  const { owner, status } = task
  if (task.archivedMs !== null) return { kind: 'not_found' }
  if (status === 'completed' || status === 'cancelled') return { kind: 'already_completed', task }
  if (owner !== null && (status === 'in_progress' || owner.name !== by.name)) {
    return { kind: 'already_owned', by: owner, task }
  }
  if (facts.open.length > 0) return { kind: 'blocked', by: facts.open, task }
  if (facts.held.length > 0) return { kind: 'busy', by: facts.held }
  return undefined
}
