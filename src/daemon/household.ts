import type { Config } from '../config.ts'
import { endRun } from '../domain/turn.ts'
import type { Events } from '../events.ts'
import { systemClock } from '../host/clock.ts'
import { isThere } from '../host/file-exists.ts'
import { endLeftOverChores } from '../host/chore-trace.ts'
import { askSystemIdle } from '../host/system-idle.ts'
import type { House } from '../operations/deps.ts'
import type { Store } from '../store/store.ts'
import { type Acts, createActs } from './acts.ts'
import { builtInChores } from './builtin-chores.ts'
import type { FollowUpKeeper } from './follow-ups/keep-follow-ups.ts'
import { createHolds } from './holds.ts'
import type { JobKeeper } from './jobs/keep-jobs.ts'
import { createDesk } from './house-desk.ts'
import { type Board, runHouse } from './house-step.ts'
import { keepChores } from './keep-chores.ts'
import { type HouseKeeper, keepHouse } from './keep-house.ts'
import type { ReportKeeper } from './keep-reports.ts'
import { keepWrappers, type WrapperKeeper } from './keep-wrappers.ts'
import type { Step } from './loop.ts'
import { createOnTransition } from './on-transition.ts'
import type { Ground } from './start.ts'

export interface HouseholdDeps {
  readonly ground: Ground
  readonly events: Events
  readonly jobs: Pick<JobKeeper, 'desk' | 'facts'>
  readonly followUps: Pick<FollowUpKeeper, 'facts'>
  readonly reports: Pick<ReportKeeper, 'desk' | 'facts'>
  readonly store: () => Store
  /** The next turn should come soon. */
  readonly wake: () => void
  /** The house is asleep and the daemon may go. */
  readonly nap: () => void
}

/** Who is awake, what runs at night, and the state of the house. */
export interface Household {
  readonly turn: Step['run']
  readonly desk: House
  readonly acts: Acts
  readonly wrappers: WrapperKeeper
  readonly begun: HouseKeeper['begun']
  readonly setWhileAwayMs: number
  /** Whether a change of that file could mean anything before the next tick. */
  isNews(path: string): boolean
  /** Somebody acted or holds, and no turn has taken it in. */
  isCalled(): boolean
  /** Ends what runs and writes down how; commands of the last transition may finish unless there is a hurry. */
  leave(hurry: boolean): Promise<void>
  isAsleep(): boolean
}

export async function createHousehold(deps: HouseholdDeps): Promise<Household> {
  const { events, ground, jobs, store, wake } = deps
  const { logFile, paths } = ground
  const config = (): Config => ground.config.now().config
  const leftOver = endLeftOverChores(paths)
  if (leftOver > 0) {
    events.emit({
      type: 'mended',
      what: `ended ${leftOver} left-over commands of the daemon before`,
    })
  }
  const keeper = await keepHouse(systemClock, paths.lifecycle, store)
  const acts = createActs(systemClock, wake)
  const holds = createHolds(acts, wake)
  const wrappers = keepWrappers(paths, events.emit)
  const builtIns = builtInChores({
    paths,
    config,
    store,
    jobs: jobs.desk,
    reports: deps.reports.desk,
    logFile,
    wrappers,
    events,
  })
  const chores = keepChores({ paths, clock: systemClock, builtIns, config, changed: wake })
  const onTransition = createOnTransition(paths, config, events.emit)
  let board: Board = { facts: null, reason: '', heldBy: [], next: null }
  const startedMs = systemClock.bootMs()

  /** Commands of the last transition finish while the door is still open. */
  function napSoon(): void {
    void onTransition.leave(false).then(() => {
      if (keeper.now().lifecycle.state === 'ASLEEP') deps.nap()
    })
  }

  async function leave(hurry: boolean): Promise<void> {
    await onTransition.leave(hurry)
    const run = await chores.leave()
    if (run !== null) {
      const list = chores.list(config())
      const ended = endRun(keeper.now(), { list, run }, systemClock.bootMs())
      keeper.change(ended.house)
      for (const event of ended.events) events.emit(event)
    }
    await keeper.save(config().bedtimeAfter, board.reason)
  }

  return {
    acts,
    wrappers,
    begun: keeper.begun,
    setWhileAwayMs: keeper.setWhileAwayMs,
    desk: createDesk({
      clock: systemClock,
      config,
      keeper,
      wrappers,
      chores,
      holds,
      acts,
      board: () => board,
    }),
    turn: (clocks) =>
      runHouse(
        {
          config,
          keeper,
          wrappers,
          chores,
          holds,
          acts,
          events,
          startedMs,
          jobs: jobs.facts,
          followUps: deps.followUps.facts,
          reports: deps.reports.facts,
          askSystem: askSystemIdle,
          onTransition,
          show: (next) => {
            board = next
          },
          leave: napSoon,
        },
        clocks,
      ),
    isNews: (path) =>
      keeper.now().lifecycle.state !== 'WAKE' || !wrappers.isFresh(path) || !isThere(path),
    isCalled: () => acts.isPending() || holds.list().length > 0,
    isAsleep: () => keeper.now().lifecycle.state === 'ASLEEP',
    leave,
  }
}
