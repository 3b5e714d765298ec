import type { ChoreMemory } from './chore-facts.ts'
import { NO_CHORES_YET } from './chores.ts'
import type { Seen } from './elapsed.ts'
import { setBetween } from './elapsed.ts'
import type { LifecycleMemory } from './lifecycle-facts.ts'

/** Everything that is remembered from turn to turn and from daemon to daemon. */
export interface House {
  readonly lifecycle: LifecycleMemory
  readonly chores: ChoreMemory
}

/** What lies on disk, and when it was put there. */
export interface SavedHouse {
  readonly house: House
  readonly seen: Seen
}

/** Activity alone is written down when it is this much newer than what was written last. */
const ACTIVITY_STEP_MS = 10_000

/** A home that nobody looked after before: nobody has been idle in it either. */
export function newHouse(nowMs: number): House {
  return {
    lifecycle: {
      state: 'WAKE',
      sinceMs: nowMs,
      reason: 'a new home',
      lastAct: { atMs: nowMs, by: 'the first start' },
      bedtimeByHand: null,
    },
    chores: NO_CHORES_YET,
  }
}

/** The house as text. Times only mean something beside the moment of writing, so that goes along. */
export function freezeHouse({ house, seen }: SavedHouse): string {
  const { lifecycle, chores } = house
  return JSON.stringify({
    form: 1,
    seen,
    lifecycle,
    chores: { ...chores, records: [...chores.records] },
  })
}

/**
 * Whether there is anything new to write. Acts come often and are only written when they have moved on
 * by a step, shorter where the house is quick to go to bed; a clock that was set is written at once,
 * because a later daemon compares the clocks with what is written.
 */
export function isWorthSaving(
  saved: SavedHouse | null,
  next: SavedHouse,
  bedtimeAfterMs: number,
): boolean {
  if (saved === null || saved.house.chores !== next.house.chores) return true
  const [before, after] = [saved.house.lifecycle, next.house.lifecycle]
  if (before.state !== after.state || before.bedtimeByHand !== after.bedtimeByHand) return true
  const stepMs =
    bedtimeAfterMs === 0 ? ACTIVITY_STEP_MS : Math.min(ACTIVITY_STEP_MS, bedtimeAfterMs / 20)
  if (after.lastAct.atMs - before.lastAct.atMs >= stepMs) return true
  return setBetween(saved.seen, next.seen) !== 0
}
