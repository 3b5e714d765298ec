import {
  type ChoreDecision,
  type ChoreEnd,
  type ChoreFacts,
  type ChoreMemory,
  type ChoreRun,
  type ChoreSpec,
  type ChoreStop,
  nextChore,
  NO_CHORES_YET,
  takeIn,
} from '../../src/domain/chores.ts'
import { choreStates } from '../../src/domain/chores-by-hand.ts'

export const HOUR = 3_600_000
export const LIST: readonly ChoreSpec[] = ['a', 'b', 'c'].map((name) => ({
  name,
  builtIn: false,
  timeoutMs: 60_000,
  everyMs: name === 'b' ? 12 * HOUR : 0,
}))
export const GOOD: ChoreEnd = { kind: 'exited', code: 0 }
export const BAD: ChoreEnd = { kind: 'exited', code: 3 }

/** A night to play with: time, and whether anybody is up, is what the test says. */
export interface Night {
  memory: ChoreMemory
  nowMs: number
  isNight: boolean
  isUp: boolean
}

export function night(memory = NO_CHORES_YET): Night {
  return { memory, nowMs: 1_000 * HOUR, isNight: true, isUp: false }
}

export function factsOf(
  { nowMs, isNight, isUp }: Night,
  run: ChoreRun | null,
  ranMs = 0,
): ChoreFacts {
  return { nowMs, isNight, isUp, ranMs, list: LIST, run }
}

export function next(at: Night, run: ChoreRun | null = null, ranMs = 0): ChoreDecision {
  const turn = nextChore(at.memory, factsOf(at, run, ranMs))
  at.memory = turn.memory
  return turn.decision
}

export function running(at: Night, stop: ChoreStop | null = null): ChoreRun {
  return { run: at.memory.running?.run ?? 0, state: 'running', stop }
}

export function ends(at: Night, end: ChoreEnd, stop: ChoreStop | null = null): string[] {
  const run = {
    run: at.memory.running?.run ?? 0,
    state: 'ended',
    stop,
    end,
    tookMs: 5_000,
  } as const
  const taken = takeIn(at.memory, { run, nowMs: at.nowMs, list: LIST })
  at.memory = taken.memory
  return taken.events.map(({ type }) => type)
}

/** Lets every chore of the night run, each ending as told; says which ran. */
export function liveThrough(at: Night, endOf: (name: string) => ChoreEnd = () => GOOD): string[] {
  const ran: string[] = []
  for (let decision = next(at); decision.do === 'start'; decision = next(at)) {
    ran.push(decision.name)
    ends(at, endOf(decision.name))
  }
  return ran
}

export function newDay(at: Night): void {
  Object.assign(at, { isNight: false, isUp: true })
  next(at)
  Object.assign(at, { isNight: true, isUp: false, nowMs: at.nowMs + 13 * HOUR })
}

export function standing(at: Night, name: string): string | undefined {
  return choreStates(at.memory, { list: LIST, nowMs: at.nowMs }).find((each) => each.name === name)
    ?.state
}
