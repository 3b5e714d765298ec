import { durationText } from './duration-text.ts'
import type { BedtimeByHand, Hold, LifecycleFacts, LifecycleRules } from './lifecycle-facts.ts'

/** What keeps everybody up; force overrules it. */
export function heldOffBedtime(facts: LifecycleFacts, byHand: BedtimeByHand | null): Hold[] {
  if (byHand?.force === true) return []
  return [...facts.holds, ...awake(facts), ...running(facts)]
}

/** Force sends to bed only: nobody is left alone with what still runs. */
export function heldOffSleep(facts: LifecycleFacts): Hold[] {
  const chores = facts.chores.join(', ')
  return [
    ...facts.holds,
    ...awake(facts),
    ...running(facts),
    ...counted('jobs', facts.jobs.queued, 'queued'),
    ...counted('follow-ups', facts.followUps.pending, 'to be delivered'),
    ...(chores === '' ? [] : [{ what: 'chores', why: `to be done: ${chores}` }]),
  ]
}

/** Wrappers that tell what they do count as busy until they have done nothing for a while; so do those not yet heard. */
export function busyWrappers({ nowMs, wrappers }: LifecycleFacts, rules: LifecycleRules): Hold[] {
  const { lastActMs, present, unheard } = wrappers
  if (unheard > 0) return counted('wrappers', unheard, 'not heard yet')
  const quietMs = rules.drowsyAfterMs || rules.bedtimeAfterMs
  if (present > 0 || lastActMs === null || nowMs - lastActMs >= quietMs) return []
  return [{ what: 'wrappers', why: `one acted ${durationText(nowMs - lastActMs)} ago` }]
}

function awake({ wrappers }: LifecycleFacts): Hold[] {
  return counted('wrappers', wrappers.present, 'awake')
}

function running({ jobs, reports }: LifecycleFacts): Hold[] {
  return [
    ...counted('jobs', jobs.running, 'running'),
    ...counted('reports', reports.running, 'running'),
  ]
}

function counted(what: string, number: number, how: string): Hold[] {
  return number === 0 ? [] : [{ what, why: `${number} ${how}` }]
}
