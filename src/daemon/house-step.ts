import type { Config } from '../config.ts'
import type { ClockTurn } from '../domain/clock-watch.ts'
import type { Act, Hold, LifecycleRules, SystemIdle, WrapperFacts } from '../domain/lifecycle.ts'
import { takeTurn, type Turn, type TurnFacts } from '../domain/turn.ts'
import type { Events } from '../events.ts'
import type { Acts } from './acts.ts'
import type { Holds } from './holds.ts'
import type { ChoreKeeper } from './keep-chores.ts'
import type { HouseKeeper } from './keep-house.ts'
import type { OnTransition } from './on-transition.ts'
import type { WrapperKeeper } from './keep-wrappers.ts'

export interface HouseStepDeps {
  readonly config: () => Config
  readonly keeper: HouseKeeper
  readonly wrappers: WrapperKeeper
  readonly chores: ChoreKeeper
  readonly holds: Holds
  readonly acts: Acts
  readonly events: Events
  /** When this daemon began, on the boot clock. */
  readonly startedMs: number
  /** As the last look at them showed. */
  readonly jobs: () => TurnFacts['jobs']
  readonly followUps: () => TurnFacts['followUps']
  readonly reports: () => TurnFacts['reports']
  readonly askSystem: () => Promise<SystemIdle>
  /** Runs what the config wants at a transition. */
  readonly onTransition: Pick<OnTransition, 'owe' | 'runOwed'>
  readonly show: (board: Board) => void
  readonly leave: () => void
}

/** What the last turn found, for those who ask. */
export interface Board {
  readonly facts: TurnFacts | null
  readonly reason: string
  readonly heldBy: readonly Hold[]
  readonly next: Decided['next']
}

type Decided = Extract<Turn, { kind: 'decided' }>

/** Gathers the facts, asks the domain what ought to be, saves that, and makes it so. */
export async function runHouse(
  deps: HouseStepDeps,
  clocks: ClockTurn,
): Promise<number | undefined> {
  const config = deps.config()
  const seen = await deps.wrappers.look(clocks.watch, config)
  const { facts, turn } = await decide(deps, clocks, seen, config)
  for (const action of turn.actions) if (action.do === 'stop') deps.chores.stop(action.why)
  deps.keeper.change(turn.house)
  deps.show({ facts, reason: turn.reason, heldBy: turn.heldBy, next: turn.next })
  for (const event of turn.events) {
    deps.events.emit(event)
    if (event.type === 'transition') deps.onTransition.owe(event.to)
  }
  await deps.events.flush()
  await deps.keeper.save(config.bedtimeAfter, turn.reason)
  deps.onTransition.runOwed()
  perform(deps, turn, config)
  return turn.againInMs ?? undefined
}

async function decide(
  deps: HouseStepDeps,
  clocks: ClockTurn,
  seen: { facts: WrapperFacts; act: Act | null },
  config: Config,
): Promise<{ facts: TurnFacts; turn: Decided }> {
  const rules = rulesOf(config)
  const facts = gather(deps, clocks, seen, config)
  const turn = takeTurn(deps.keeper.now(), facts, rules)
  if (turn.kind === 'decided') return { facts, turn }
  const systemIdle = await deps.askSystem()
  const act = newest(facts.act, deps.acts.take())
  const answered = { ...facts, act, holds: deps.holds.list(), systemIdle }
  const second = takeTurn(deps.keeper.now(), answered, rules)
  if (second.kind === 'decided') return { facts: answered, turn: second }
  throw new Error('the answer of the system was asked for twice')
}

function gather(
  { acts, chores, followUps, holds, jobs, reports, startedMs }: HouseStepDeps,
  { watch, ranMs }: ClockTurn,
  seen: { facts: WrapperFacts; act: Act | null },
  config: Config,
): TurnFacts {
  const { bootMs, wallMs } = watch.sample
  return {
    nowMs: bootMs,
    wallMs,
    ranMs,
    startedMs,
    act: newest(seen.act, acts.take()),
    wrappers: seen.facts,
    holds: holds.list(),
    jobs: jobs(),
    reports: reports(),
    followUps: followUps(),
    chores: { list: chores.list(config), run: chores.run() },
    systemIdle: { kind: 'not asked' },
  }
}

function perform({ chores, leave }: HouseStepDeps, turn: Decided, config: Config): void {
  for (const action of turn.actions) {
    if (action.do === 'settle') chores.settle(action.run)
    else if (action.do === 'start') chores.start(action.name, action.run, config)
    else if (action.do === 'leave') leave()
  }
}

export function rulesOf(config: Config): LifecycleRules {
  return {
    drowsyAfterMs: config.drowsyAfter,
    bedtimeAfterMs: config.bedtimeAfter,
    asleepAfterMs: config.asleepAfter,
    staleAfterMs: config.staleAfter,
    exitWhenAsleep: config.exitWhenAsleep,
    systemIdle: config.systemIdle,
  }
}

function newest(a: Act | null, b: Act | null): Act | null {
  if (a === null || b === null) return a ?? b
  return b.atMs > a.atMs ? b : a
}
