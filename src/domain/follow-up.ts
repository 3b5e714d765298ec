/** What a finished job owes the session that started it. */
export interface FollowUp {
  /** For whoever gets it twice. */
  readonly id: number
  readonly job: number
  readonly session: string
  readonly state: FollowUpState
  readonly createdMs: number
  /** How often it was tried to hand it over. */
  readonly attempts: number
  /** When the next try is due, on the wall clock; null when nothing will be tried. */
  readonly nextMs: number | null
  /** Why the last try has failed; null when none has. */
  readonly problem: string | null
}

export const FOLLOW_UP_STATES = ['pending', 'delivered', 'given_up', 'settled'] as const

export type FollowUpState = (typeof FOLLOW_UP_STATES)[number]

export interface FollowUpRules {
  readonly tries: number
  readonly fromMs: number
  readonly toMs: number
  /** What nobody has fetched by then is given up; 0 means never. */
  readonly expireMs: number
}

/** All that is to be handed to one session in one go, the oldest first. */
export interface Batch {
  readonly session: string
  readonly followUps: readonly FollowUp[]
}

export interface DeliveryFacts {
  readonly nowMs: number
  /** For so long nothing is given up for its age: the clock was set, or the machine slept. */
  readonly graceMs: number
  /** Of each session the oldest first. */
  readonly pending: readonly FollowUp[]
  /** Whether there is a way to hand them over; without one they wait to be fetched. */
  readonly canPush: boolean
  /** To whom something is being handed over at this moment. */
  readonly busy: ReadonlySet<string>
  /** How many more may be handed over at the same time. */
  readonly free: number
}

export interface DeliveryPlan {
  readonly deliver: readonly Batch[]
  readonly giveUp: readonly number[]
  /** When to look again; null when only something new can change anything. */
  readonly againInMs: number | null
}

/** Jobs that end within this time of each other are told together. */
export const TOGETHER_MS = 400
export const MOST_TOGETHER = 50

/** What to do now with what is owed. Within a session the order is kept: what waits holds up what is younger. */
export function planDeliveries(facts: DeliveryFacts, rules: FollowUpRules): DeliveryPlan {
  const { nowMs, canPush, busy } = facts
  const giveUp = facts.pending.filter((each) => isHopeless(each, facts, rules)).map(({ id }) => id)
  const gone = new Set(giveUp)
  const open = facts.pending.filter(({ id, session }) => !gone.has(id) && !busy.has(session))
  const waits = facts.pending.flatMap((each) => expiryOf(each, facts, rules))
  const deliver: Batch[] = []
  const sessions = Map.groupBy(canPush ? open : [], ({ session }) => session)
  for (const [session, followUps] of sessions) {
    const dueMs = dueOf(followUps[0]?.nextMs ?? nowMs, nowMs, rules)
    if (dueMs > nowMs) waits.push(dueMs)
    else if (deliver.length < facts.free) {
      deliver.push({ session, followUps: followUps.slice(0, MOST_TOGETHER) })
    }
  }
  const later = waits.filter((atMs) => atMs > nowMs)
  return { deliver, giveUp, againInMs: later.length === 0 ? null : Math.min(...later) - nowMs }
}

/** When the next try is due after so many: twice as long each time, and never all at the same moment. */
export function nextTryMs(
  { fromMs, toMs }: FollowUpRules,
  attempts: number,
  nowMs: number,
  chance: number,
): number {
  const waitMs = Math.min(toMs, fromMs * 2 ** Math.min(Math.max(0, attempts - 1), 30))
  return Math.round(nowMs + waitMs * (1 - JITTER + 2 * JITTER * chance))
}

const JITTER = 0.2

/** Tried often enough and the last try's time is over, or not fetched for too long. */
function isHopeless(each: FollowUp, facts: DeliveryFacts, rules: FollowUpRules): boolean {
  if (facts.busy.has(each.session)) return false
  const isOld = rules.expireMs > 0 && facts.nowMs - each.createdMs >= rules.expireMs
  return (isOld && facts.graceMs <= 0) || (facts.canPush && each.attempts >= rules.tries)
}

function expiryOf(
  { createdMs }: FollowUp,
  { nowMs, graceMs }: DeliveryFacts,
  { expireMs }: FollowUpRules,
): number[] {
  return expireMs > 0 ? [Math.max(createdMs + expireMs, nowMs + graceMs)] : []
}

/** No rest is longer than the longest: what lies further ahead was set by a clock that has been set back since. */
function dueOf(nextMs: number, nowMs: number, { toMs }: FollowUpRules): number {
  const mostMs = Math.max(TOGETHER_MS, Math.ceil(toMs * (1 + JITTER)))
  return nextMs - nowMs > mostMs ? nowMs : nextMs
}
