import assert from 'node:assert/strict'
import {
  decide,
  type Decision,
  type LifecycleFacts,
  type LifecycleMemory,
  type LifecycleRules,
  type LifecycleState,
} from '../../src/domain/lifecycle.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const NOW = 1_000 * HOUR
export const STATES = [
  'WAKE',
  'DROWSY',
  'BEDTIME',
  'ASLEEP',
] as const satisfies readonly LifecycleState[]

export const RULES: LifecycleRules = {
  drowsyAfterMs: 5 * MINUTE,
  bedtimeAfterMs: 30 * MINUTE,
  asleepAfterMs: 2 * HOUR,
  staleAfterMs: 90_000,
  exitWhenAsleep: true,
  systemIdle: false,
}

export const QUIET: LifecycleFacts = {
  nowMs: NOW,
  wallMs: 1_790_000_000_000,
  startedMs: NOW - 10 * HOUR,
  act: null,
  wrappers: { fresh: 0, present: 0, unheard: 0, lastActMs: null },
  holds: [],
  jobs: { running: 0, queued: 0 },
  reports: { running: 0 },
  followUps: { pending: 0 },
  chores: [],
  systemIdle: { kind: 'not asked' },
}

export const PRESENT = { ...QUIET.wrappers, fresh: 2, present: 2 }
export const UNHEARD = { ...QUIET.wrappers, unheard: 1 }
export const HELD = [{ what: 'hold', why: '"make"' }]

/** In that state, and idle for so long. */
export function house(state: LifecycleState, idleMs: number): LifecycleMemory {
  return {
    state,
    sinceMs: NOW - idleMs,
    reason: '',
    lastAct: { atMs: NOW - idleMs, by: 'the request "run"' },
    bedtimeByHand: null,
  }
}

/** The decision on facts that leave nothing to ask. */
export function decided(
  facts: LifecycleFacts,
  before: LifecycleMemory,
  rules = RULES,
): Extract<Decision, { kind: 'decided' }> {
  const decision = decide(facts, before, rules)
  assert.equal(decision.kind, 'decided')
  return decision.kind === 'decided' ? decision : assert.fail()
}

export function stateAfter(
  from: LifecycleState,
  idleMs: number,
  facts: Partial<LifecycleFacts> = {},
  rules = RULES,
): LifecycleState {
  return decided({ ...QUIET, ...facts }, house(from, idleMs), rules).memory.state
}
