import type { ChoreEvent, ChoreFacts, ChoreRun, ChoreSpec, ChoreStop } from './chore-facts.ts'
import { choresLeft, nextChore, takeIn } from './chores.ts'
import type { House } from './house.ts'
import {
  decide,
  type Hold,
  type LifecycleFacts,
  type LifecycleRules,
  type LifecycleState,
  type Transition,
} from './lifecycle.ts'

/** All that one turn of the loop has found out. */
export interface TurnFacts extends Omit<LifecycleFacts, 'chores'> {
  /** Time since the last turn, without sleep and without our own lateness. */
  readonly ranMs: number
  readonly chores: { readonly list: readonly ChoreSpec[]; readonly run: ChoreRun | null }
}

export type TurnEvent =
  | {
      readonly type: 'transition'
      readonly from: LifecycleState | null
      readonly to: LifecycleState
      readonly why: string
      /** Null where there were none: a new home. */
      readonly facts: TransitionFacts | null
    }
  | ChoreEvent

/** What a transition was decided on. */
export interface TransitionFacts {
  readonly idleMs: number
  readonly fresh: number
  readonly holds: number
  readonly running: number
  readonly queued: number
  readonly pending: number
}

export type TurnAction =
  /** Needs no record, so it is done even where nothing can be saved. */
  | { readonly do: 'stop'; readonly run: number; readonly why: ChoreStop }
  /** The end of this run is taken in: the runner may forget it. */
  | { readonly do: 'settle'; readonly run: number }
  | { readonly do: 'start'; readonly name: string; readonly run: number }
  | { readonly do: 'leave' }

export type Turn =
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'decided'
      readonly house: House
      readonly events: readonly TurnEvent[]
      readonly actions: readonly TurnAction[]
      readonly reason: string
      readonly heldBy: readonly Hold[]
      readonly next: { readonly state: LifecycleState; readonly atMs: number } | null
      /** When to turn again at the latest; null when the tick is soon enough. */
      readonly againInMs: number | null
    }

/**
 * One turn: memory and facts in; memory, events and actions out. The daemon
 * 1. gathers the facts, and on `ask` asks the system and calls again with the answer;
 * 2. does `stop` at once;
 * 3. goes on with `house`, and saves it together with the events (events first where it cannot be one step);
 * 4. does the other actions in order, and only if that was saved: what was left out is said again next turn.
 */
export function takeTurn(before: House, facts: TurnFacts, rules: LifecycleRules): Turn {
  const wasUp = isUp(before.lifecycle.state)
  const ended = takeIn(before.chores, { ...facts.chores, nowMs: facts.nowMs })
  const left = wasUp ? [] : choresLeft(ended.memory, choreFacts(facts, before.lifecycle.state))
  const decision = decide({ ...facts, chores: left }, before.lifecycle, rules)
  if (decision.kind === 'ask') return decision
  const { memory: lifecycle, transition, leave, reason, heldBy, next } = decision
  const chores = nextChore(ended.memory, choreFacts(facts, lifecycle.state))
  const moved = transition === null ? [] : [tellTransition(transition, facts)]
  return {
    kind: 'decided',
    house: { lifecycle, chores: chores.memory },
    events: [...ended.events, ...moved, ...chores.events],
    actions: actionsOf(facts, chores.decision, leave),
    reason,
    heldBy,
    next,
    againInMs: soonest(decision.againInMs, chores),
  }
}

/** The end of a run after the last turn, when the daemon leaves: to be saved with its events. */
export function endRun(
  before: House,
  chores: TurnFacts['chores'],
  nowMs: number,
): { readonly house: House; readonly events: readonly TurnEvent[] } {
  const { memory, events } = takeIn(before.chores, { ...chores, nowMs })
  return { house: { ...before, chores: memory }, events }
}

function choreFacts(facts: TurnFacts, state: LifecycleState): ChoreFacts {
  const { nowMs, ranMs, chores } = facts
  return { nowMs, ranMs, ...chores, isNight: state === 'BEDTIME', isUp: isUp(state) }
}

function isUp(state: LifecycleState): boolean {
  return state === 'WAKE' || state === 'DROWSY'
}

function actionsOf(
  { chores: { run } }: TurnFacts,
  decision: ReturnType<typeof nextChore>['decision'],
  leave: boolean,
): TurnAction[] {
  const actions: TurnAction[] = []
  if (run?.state === 'ended') actions.push({ do: 'settle', run: run.run })
  if (decision.do === 'stop' || decision.do === 'start') actions.push(decision)
  if (leave) actions.push({ do: 'leave' })
  return actions
}

function tellTransition({ from, to, why, idleMs }: Transition, facts: TurnFacts): TurnEvent {
  const known = {
    idleMs,
    fresh: facts.wrappers.fresh,
    holds: facts.holds.length,
    running: facts.jobs.running + facts.reports.running,
    queued: facts.jobs.queued,
    pending: facts.followUps.pending,
  }
  return { type: 'transition', from, to, why, facts: known }
}

function soonest(
  againInMs: number | null,
  { decision }: ReturnType<typeof nextChore>,
): number | null {
  const choreMs = decision.do === 'wait' ? decision.againInMs : null
  if (againInMs === null || choreMs === null) return againInMs ?? choreMs
  return Math.min(againInMs, choreMs)
}
