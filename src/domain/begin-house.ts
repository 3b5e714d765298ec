import type { ChoreMemory } from './chore-facts.ts'
import { noteDeath } from './chore-record.ts'
import type { Seen } from './elapsed.ts'
import type { House } from './house.ts'
import { thawHouse } from './thaw-house.ts'
import type { TurnEvent } from './turn.ts'

export interface Begun {
  readonly house: House
  readonly events: readonly TurnEvent[]
  /** Why something that was kept could not be used; null when all could. */
  readonly problem: string | null
  /** How far the wall clock was set while no daemon looked. */
  readonly setMs: number
}

/** The house as a new daemon finds it, before its first turn. A chore that ran when the last one died was cut short. */
export function beginHouse(text: string | undefined, now: Seen): Begun {
  const { house, isNew, problem, setMs } = thawHouse(text, now)
  const { state, reason } = house.lifecycle
  const chores = endRunning(house.chores, now.bootMs)
  const begun: TurnEvent[] = isNew
    ? [{ type: 'transition', from: null, to: state, why: reason, facts: null }]
    : []
  return {
    house: { ...house, chores: chores.memory },
    events: [...begun, ...chores.events],
    problem,
    setMs,
  }
}

function endRunning(
  memory: ChoreMemory,
  nowMs: number,
): { readonly memory: ChoreMemory; readonly events: readonly TurnEvent[] } {
  const { running, records } = memory
  if (running === null) return { memory, events: [] }
  const { record, events } = noteDeath(records.get(running.name), running.name, nowMs)
  return {
    memory: { ...memory, records: new Map(records).set(running.name, record), running: null },
    events,
  }
}
