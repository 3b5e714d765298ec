import type { Config } from '../config.ts'
import { askForChore, type ByHand, choreStates, resetChore } from '../domain/chores-by-hand.ts'
import { sendToBed } from '../domain/send-to-bed.ts'
import type { Clock } from '../host/clock.ts'
import type { ChoreByHand, House, ToBed } from '../operations/deps.ts'
import { viewChores } from '../operations/view-chores.ts'
import { viewWrappers } from '../operations/view-wrappers.ts'
import type { Acts } from './acts.ts'
import type { Holds } from './holds.ts'
import { type Board, rulesOf } from './house-step.ts'
import type { ChoreKeeper } from './keep-chores.ts'
import type { HouseKeeper } from './keep-house.ts'
import type { WrapperKeeper } from './keep-wrappers.ts'

export interface DeskDeps {
  readonly clock: Clock
  readonly config: () => Config
  readonly keeper: HouseKeeper
  readonly wrappers: WrapperKeeper
  readonly chores: ChoreKeeper
  readonly holds: Holds
  readonly acts: Acts
  /** What the last turn found. */
  readonly board: () => Board
}

/** The house as doors see it: what the last turn found, and what can be asked of the next. */
export function createDesk(deps: DeskDeps): House {
  const { acts, chores, clock, config, keeper, wrappers } = deps

  function toBed(force: boolean): ToBed {
    const { facts } = deps.board()
    if (facts === null)
      return { ok: false, heldBy: [{ what: 'daemon', why: 'it is still starting' }] }
    const before = keeper.now()
    const now = { ...facts, nowMs: clock.bootMs(), chores: [], holds: deps.holds.list() }
    const outcome = sendToBed(now, before.lifecycle, rulesOf(config()), force)
    if (outcome.ok) keeper.change({ ...before, lifecycle: outcome.memory })
    return outcome
  }

  function byHand(outcome: ByHand): ChoreByHand {
    if (outcome.ok) keeper.change({ ...keeper.now(), chores: outcome.memory })
    return outcome
  }

  return {
    now: () => {
      const { lifecycle } = keeper.now()
      const { heldBy, next, reason } = deps.board()
      return {
        state: lifecycle.state,
        sinceMs: keeper.dateOf(lifecycle.sinceMs),
        reason: reason === '' ? lifecycle.reason : reason,
        lastActivityMs: keeper.dateOf(lifecycle.lastAct.atMs),
        holds: heldBy,
        next,
      }
    },
    wrappers: () => viewWrappers(wrappers.census()),
    counts: () => wrappers.census().counts,
    act: acts.note,
    hold: deps.holds.take,
    toBed,
    chores: () => {
      const list = chores.list(config())
      const states = choreStates(keeper.now().chores, { list, nowMs: clock.bootMs() })
      return viewChores(states, keeper.dateOf, chores.logOf)
    },
    runChore: (name) => byHand(askForChore(keeper.now().chores, chores.list(config()), name)),
    resetChore: (name) => byHand(resetChore(keeper.now().chores, chores.list(config()), name)),
  }
}
