import { durationText } from './duration-text.ts'
import { heldOffBedtime, heldOffSleep } from './lifecycle-holds.ts'
import type {
  Act,
  BedtimeByHand,
  Hold,
  LifecycleFacts,
  LifecycleMemory,
  LifecycleRules,
  LifecycleState,
} from './lifecycle-facts.ts'

export type * from './lifecycle-facts.ts'

export type Decision =
  /** The answer depends on whether a person is at the machine: ask the system, then decide again. */
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'decided'
      readonly memory: LifecycleMemory
      readonly transition: Transition | null
      /** Why it is in this state now. */
      readonly reason: string
      /** What holds the next deeper state off. */
      readonly heldBy: readonly Hold[]
      /** What comes if nothing happens; `atMs` on the wall clock, for people. */
      readonly next: { readonly state: LifecycleState; readonly atMs: number } | null
      /** Nothing is left to do here: the daemon may go until somebody calls it. */
      readonly leave: boolean
      /** When to look again at the latest; null when the tick is soon enough. */
      readonly againInMs: number | null
    }

export interface Transition {
  readonly from: LifecycleState
  readonly to: LifecycleState
  readonly why: string
  readonly idleMs: number
}

/** The facts in the light of what is remembered. */
interface Case {
  readonly facts: LifecycleFacts
  readonly rules: LifecycleRules
  readonly before: LifecycleMemory
  /** Somebody acts at this moment, and goes on acting as long as this is so. */
  readonly acting: Act | null
  readonly lastAct: Act
  readonly idleMs: number
  readonly byHand: BedtimeByHand | null
}

interface Rule {
  readonly holdsIf: (now: Case) => boolean
  /** The state it is instead. */
  readonly lighter: LifecycleState
  /** The deepest state that one turn may lead to from here: nobody falls asleep without going to bed. */
  readonly deepest: LifecycleState
  readonly after: (rules: LifecycleRules) => number
  readonly heldBy: (now: Case) => Hold[]
  readonly why: (now: Case) => string
}

const RULES = {
  WAKE: {
    holdsIf: () => true,
    lighter: 'WAKE',
    deepest: 'BEDTIME',
    after: () => 0,
    heldBy: () => [],
    why: (now) => now.acting?.by ?? `last act: ${now.lastAct.by}${heldText(now)}`,
  },
  DROWSY: {
    holdsIf: (now) => isReached('DROWSY', now),
    lighter: 'WAKE',
    deepest: 'BEDTIME',
    after: (rules) => rules.drowsyAfterMs,
    heldBy: () => [],
    why: (now) => `${nobodyFor(now.rules.drowsyAfterMs)}${heldText(now)}`,
  },
  BEDTIME: {
    holdsIf: (now) => isBedtimeDue(now) && RULES.BEDTIME.heldBy(now).length === 0,
    lighter: 'DROWSY',
    deepest: 'ASLEEP',
    after: (rules) => rules.bedtimeAfterMs,
    heldBy: ({ facts, byHand }) => heldOffBedtime(facts, byHand),
    why: ({ byHand, rules }) =>
      byHand === null ? nobodyFor(rules.bedtimeAfterMs) : sentBy(byHand),
  },
  ASLEEP: {
    holdsIf: (now) =>
      RULES.BEDTIME.holdsIf(now) &&
      isReached('ASLEEP', now) &&
      RULES.ASLEEP.heldBy(now).length === 0,
    lighter: 'BEDTIME',
    deepest: 'ASLEEP',
    after: (rules) => rules.asleepAfterMs,
    heldBy: ({ facts }) => heldOffSleep(facts),
    why: ({ rules }) => `${nobodyFor(rules.asleepAfterMs)} and the chores are done`,
  },
} satisfies Record<LifecycleState, Rule> as Readonly<Record<LifecycleState, Rule>>

const NEXT = {
  WAKE: ['DROWSY', 'BEDTIME'],
  DROWSY: ['BEDTIME'],
  BEDTIME: ['ASLEEP'],
  ASLEEP: [],
} as const satisfies Record<LifecycleState, readonly LifecycleState[]>

/** From facts to the state of the house. The only place where it is decided. */
export function decide(
  facts: LifecycleFacts,
  before: LifecycleMemory,
  rules: LifecycleRules,
): Decision {
  const now = consider(facts, before, rules)
  const state = settle(now)
  if (shouldAsk(now, state)) return { kind: 'ask' }
  const changed = state !== before.state
  const reason = RULES[state].why(now)
  const next = comesNext(now, state)
  const leave = state === 'ASLEEP' && mayLeave(now)
  return {
    kind: 'decided',
    memory: {
      state,
      sinceMs: changed ? facts.nowMs : before.sinceMs,
      reason: changed ? reason : before.reason,
      lastAct: now.lastAct,
      bedtimeByHand: now.byHand,
    },
    transition: changed ? { from: before.state, to: state, why: reason, idleMs: now.idleMs } : null,
    reason,
    heldBy: holdsFor(now, state),
    next: next && { state: next.state, atMs: facts.wallMs + next.inMs },
    leave,
    againInMs: next?.inMs ?? (state === 'ASLEEP' ? untilLeaving(now) : null),
  }
}

function consider(facts: LifecycleFacts, before: LifecycleMemory, rules: LifecycleRules): Case {
  const { bedtimeByHand } = before
  const newAct = newest(facts.act, atTheMachine(facts))
  const isCalled = bedtimeByHand !== null && isSince(newAct, bedtimeByHand)
  const acting = bedtimeByHand?.force === true && !isCalled ? null : actingNow(facts)
  const lastAct = newest(newest(before.lastAct, newAct), acting) ?? before.lastAct
  const byHand = isCalled || acting !== null ? null : bedtimeByHand
  const idleMs = Math.max(0, facts.nowMs - lastAct.atMs)
  return { facts, rules, before, acting, lastAct, idleMs, byHand }
}

function settle(now: Case): LifecycleState {
  let state = mayGoTo(now)
  while (!RULES[state].holdsIf(now)) state = RULES[state].lighter
  return state
}

/** As long as somebody may still speak nobody goes deeper, except to bed by force. */
function mayGoTo({ facts, before, byHand }: Case): LifecycleState {
  if (facts.wrappers.unheard === 0) return RULES[before.state].deepest
  return byHand?.force === true && before.state !== 'ASLEEP' ? 'BEDTIME' : before.state
}

/** Only where the answer could matter: asking costs a process. Who was sent to bed by hand was seen. */
function shouldAsk(now: Case, state: LifecycleState): boolean {
  if (!now.rules.systemIdle || now.facts.systemIdle.kind !== 'not asked') return false
  if (state === 'BEDTIME' && now.byHand !== null) return false
  return depth(state) > depth(now.before.state)
}

function depth(state: LifecycleState): number {
  const { lighter } = RULES[state]
  return lighter === state ? 0 : depth(lighter) + 1
}

function isBedtimeDue(now: Case): boolean {
  return now.byHand !== null || isReached('BEDTIME', now)
}

function isReached(state: LifecycleState, { rules, idleMs }: Case): boolean {
  const afterMs = RULES[state].after(rules)
  return afterMs > 0 && idleMs >= afterMs
}

function actingNow({ nowMs, wrappers, holds }: LifecycleFacts): Act | null {
  const [hold] = holds
  if (hold !== undefined) return { atMs: nowMs, by: `held awake by ${hold.why}` }
  if (wrappers.present === 0) return null
  return { atMs: nowMs, by: `${count(wrappers.present, 'wrapper is', 'wrappers are')} awake` }
}

function atTheMachine({ nowMs, systemIdle }: LifecycleFacts): Act | null {
  const by = 'somebody at the machine'
  if (systemIdle.kind === 'active') return { atMs: nowMs, by }
  if (systemIdle.kind !== 'idle' || systemIdle.forMs === null) return null
  return { atMs: nowMs - systemIdle.forMs, by }
}

function newest(a: Act | null, b: Act | null): Act | null {
  if (a === null || b === null) return a ?? b
  return b.atMs > a.atMs ? b : a
}

/** At the same moment counts: a call that was missed is worse than a bedtime that was. */
function isSince(act: Act | null, byHand: BedtimeByHand): boolean {
  return act !== null && act.atMs >= byHand.atMs
}

function holdsFor(now: Case, state: LifecycleState): Hold[] {
  const next = NEXT[state].at(-1)
  return next === undefined ? [] : RULES[next].heldBy(now)
}

function comesNext(
  now: Case,
  state: LifecycleState,
): { state: LifecycleState; inMs: number } | null {
  const { rules, facts, idleMs } = now
  if (now.byHand !== null && depth(state) < depth('BEDTIME')) return null
  const next = NEXT[state].find((each) => RULES[each].after(rules) > 0)
  if (next === undefined || now.acting !== null) return null
  const inMs = Math.max(0, RULES[next].after(rules) - idleMs)
  const holds = RULES[next].heldBy(now).filter(({ what }) => what !== 'chores' || inMs === 0)
  if (holds.length > 0) return null
  return inMs === 0 && facts.wrappers.unheard > 0 ? null : { state: next, inMs }
}

function untilLeaving(now: Case): number | null {
  const stayMs = lingerMs(now)
  return now.rules.exitWhenAsleep && stayMs > 0 ? stayMs : null
}

/** A daemon that has just begun stays until whoever called it, and every wrapper, has had time to speak. */
function mayLeave(now: Case): boolean {
  return now.rules.exitWhenAsleep && now.facts.wrappers.unheard === 0 && lingerMs(now) === 0
}

function lingerMs({ facts, rules }: Case): number {
  const stayMs = Math.min(rules.staleAfterMs, rules.asleepAfterMs)
  return Math.max(0, facts.startedMs + stayMs - facts.nowMs)
}

function nobodyFor(ms: number): string {
  return `nobody has acted for ${durationText(ms)}`
}

function heldText(now: Case): string {
  const [hold] = isBedtimeDue(now) ? RULES.BEDTIME.heldBy(now) : []
  return hold === undefined ? '' : `, but bedtime is held off (${hold.what}: ${hold.why})`
}

function sentBy({ force }: BedtimeByHand): string {
  return force ? 'sent to bed by hand, whatever holds it off' : 'sent to bed by hand'
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}
