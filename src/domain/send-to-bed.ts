import type { Hold, LifecycleFacts, LifecycleMemory, LifecycleRules } from './lifecycle-facts.ts'
import { busyWrappers, heldOffBedtime } from './lifecycle-holds.ts'

export type SendToBed =
  | { readonly ok: true; readonly memory: LifecycleMemory }
  | { readonly ok: false; readonly heldBy: readonly Hold[] }

/** `curfew bedtime`: the house goes to bed at the next turn and stays there until somebody acts. */
export function sendToBed(
  facts: LifecycleFacts,
  before: LifecycleMemory,
  rules: LifecycleRules,
  force: boolean,
): SendToBed {
  const heldBy = [...heldOffBedtime(facts, null), ...busyWrappers(facts, rules)]
  if (heldBy.length > 0 && !force) return { ok: false, heldBy }
  return { ok: true, memory: { ...before, bedtimeByHand: { atMs: facts.nowMs, force } } }
}
