import type { Census, CensusFile } from '../../src/domain/census.ts'
import { listChores } from '../../src/domain/chores.ts'
import type { ClockWatch } from '../../src/domain/clock-watch.ts'
import type { ClockSample } from '../../src/domain/clocks.ts'
import type { Seen } from '../../src/domain/elapsed.ts'
import type { House, SavedHouse } from '../../src/domain/house.ts'
import type { Act, Hold, LifecycleRules } from '../../src/domain/lifecycle.ts'
import type { Turn, TurnEvent, TurnFacts } from '../../src/domain/turn.ts'
import type { WrapperMemory } from '../../src/domain/wrapper-activity.ts'
import type { Domain } from './domain-seam.ts'
import type { Oracle } from './oracle.ts'
import type { CrashPoint } from './plan.ts'
import { reportRun, runEndsAt, startRun, stopRun } from './sim-runner.ts'
import { sight } from './sim-wrapper.ts'
import { awakeOf, bootIdOf, bootOf, monotonicOf, OWN_CHORES, wallOf, type World } from './world.ts'

/** One daemon, from its start to its end. */
export interface Life {
  house: House
  saved: SavedHouse | null
  clock: ClockWatch
  wrappers: WrapperMemory | null
  census: Census<CensusFile> | undefined
  readonly startedMs: number
  readonly monotonicOriginMs: number
  /** Awake time at which the next turn is due, and how long it meant to wait for it. */
  dueMs: number
  waitMs: number
  isFirstTurn: boolean
  setMs: number
  act: Act | null
  untold: TurnEvent[]
  /** The newest activity that this daemon has taken in: real time. */
  takenMs: number
  facts: TurnFacts | null
}

class Crash extends Error {}

const REST_MS = 20
/** As in a real house, but nothing takes longer than a few ticks. */
export const CHORE_LIST = listChores(
  OWN_CHORES.map((name) => ({ name, builtIn: false, timeoutMs: 0, everyMs: 0 })),
).list.map((chore) => ({ ...chore, timeoutMs: 90_000 }))

export function rulesOf({ settings }: World): LifecycleRules {
  return settings
}

export function beginLife(world: World, domain: Domain, oracle: Oracle): Life {
  domain.endLeftOver(world)
  const now = seen(world)
  const begun = domain.beginHouse(world.disk.text, now)
  const origin = monotonicOf(world) - 40
  const life: Life = {
    house: begun.house,
    saved: null,
    clock: domain.beginClockWatch(sample(world, origin), begun.setMs, rulesOf(world).staleAfterMs)
      .watch,
    wrappers: null,
    census: undefined,
    startedMs: now.bootMs,
    monotonicOriginMs: origin,
    dueMs: monotonicOf(world),
    waitMs: 0,
    isFirstTurn: true,
    setMs: begun.setMs,
    act: null,
    untold: [...begun.events],
    takenMs: world.disk.text === undefined ? world.trueMs : world.truth.savedActMs,
    facts: null,
  }
  oracle.began(life)
  return life
}

/** One turn of the loop. */
export function turn(
  world: World,
  life: Life,
  domain: Domain,
  oracle: Oracle,
  crashAt: CrashPoint | null,
): 'goes on' | 'left' | 'died' {
  try {
    return runTurn(world, life, domain, oracle, (point) => {
      if (point === crashAt) throw new Crash()
    })
  } catch (error) {
    if (error instanceof Crash) return 'died'
    throw error
  }
}

/** What is done when the daemon leaves in order. */
export function saveHouse(world: World, life: Life, domain: Domain, oracle: Oracle): void {
  save(world, life, domain, oracle, () => undefined)
}

function runTurn(
  world: World,
  life: Life,
  domain: Domain,
  oracle: Oracle,
  reach: (point: CrashPoint) => void,
): 'goes on' | 'left' {
  const facts = gather(world, life, domain, oracle)
  reach('gathered')
  const { before, decided } = decideTurn(world, life, domain, facts)
  oracle.decided(life, before, facts, decided)
  for (const action of decided.actions) {
    if (action.do === 'stop') stopRun(world, action.run, action.why)
  }
  life.house = decided.house
  life.untold.push(...decided.events)
  reach('decided')
  const isSaved = save(world, life, domain, oracle, reach)
  if (isSaved) oracle.kept(life)
  const left = domain.mayPerform(isSaved) && perform(world, decided, oracle)
  reach('performed')
  scheduleNext(world, life, decided)
  return left ? 'left' : 'goes on'
}

function gather(world: World, life: Life, domain: Domain, oracle: Oracle): TurnFacts {
  const rules = rulesOf(world)
  const now = sample(world, life.monotonicOriginMs)
  const clock = life.isFirstTurn
    ? domain.beginClockWatch(now, life.setMs, rules.staleAfterMs)
    : domain.watchClocks(life.clock, now, life.waitMs, rules.staleAfterMs)
  life.isFirstTurn = false
  life.clock = clock.watch
  const census = look(world, life, domain, oracle)
  const noted = domain.noteWrappers(life.wrappers, census, clock.watch, rules.staleAfterMs)
  life.wrappers = noted.memory
  const { hands } = world
  const act = newestOf(newestOf(life.act, takeWakeFiles(world)), noted.act)
  life.act = null
  return {
    nowMs: bootOf(world),
    wallMs: now.wallMs,
    startedMs: life.startedMs,
    ranMs: clock.ranMs,
    act,
    wrappers: noted.facts,
    holds: Array.from({ length: hands.holds }, (): Hold => ({ what: 'hold', why: 'make' })),
    jobs: { running: hands.running, queued: hands.queued },
    reports: { running: hands.reports },
    followUps: { pending: hands.pending },
    chores: { list: CHORE_LIST, run: reportRun(world) },
    systemIdle: { kind: 'not asked' },
  }
}

function look(world: World, life: Life, domain: Domain, oracle: Oracle): Census<CensusFile> {
  const { staleAfterMs, tickMs } = world.settings
  const files = world.wrappers.filter(({ hasFile }) => hasFile).map((each) => sight(world, each))
  const moment = {
    wallMs: wallOf(world),
    monotonicMs: life.clock.sample.monotonicMs,
    graceUntilMs: life.clock.graceUntilMs,
    hostname: 'here',
    bootId: bootIdOf(world),
  }
  const rules = { staleAfterMs, sweepAfterMs: tickMs }
  const census = domain.takeCensus(life.census, files, moment, rules)
  life.census = census
  oracle.counted(life, census)
  for (const { file, verdict } of census.wrappers) {
    if (!verdict.sweepable) continue
    const wrapper = oracle.beforeSweep(file)
    if (!domain.maySweep(file, sight(world, wrapper))) continue
    oracle.swept(wrapper)
    wrapper.hasFile = false
  }
  return census
}

function decideTurn(
  world: World,
  life: Life,
  domain: Domain,
  facts: TurnFacts,
): { before: House; decided: Extract<Turn, { kind: 'decided' }> } {
  const before = life.house
  const rules = rulesOf(world)
  const first = domain.takeTurn(before, facts, rules)
  life.facts = facts
  if (first.kind === 'decided') return { before, decided: first }
  const answered = { ...facts, systemIdle: world.systemIdle }
  life.facts = answered
  const second = domain.takeTurn(before, answered, rules)
  if (second.kind === 'ask') throw new Error('asked again after the answer')
  return { before, decided: second }
}

function save(
  world: World,
  life: Life,
  domain: Domain,
  oracle: Oracle,
  reach: (point: CrashPoint) => void,
): boolean {
  const next: SavedHouse = { house: life.house, seen: seen(world) }
  const isWorth = domain.isWorthSaving(life.saved, next, world.settings.bedtimeAfterMs)
  if (!isWorth && life.untold.length === 0) return true
  if (world.disk.full) return false
  world.disk.log.push(...life.untold)
  life.untold = []
  reach('told')
  world.disk.text = domain.freezeHouse(next)
  life.saved = next
  oracle.saved(life)
  reach('saved')
  return true
}

function perform(
  world: World,
  { actions, house }: Extract<Turn, { kind: 'decided' }>,
  oracle: Oracle,
): boolean {
  let left = false
  for (const action of actions) {
    if (action.do === 'settle' && world.run?.run === action.run) world.run = null
    if (action.do === 'start' && world.run === null) {
      oracle.starts(action.name)
      startRun(world, action.name, action.run, house.chores.running?.byHand === true)
    }
    if (action.do === 'leave') left = true
  }
  return left
}

/** The tick, or sooner where a state or a time limit is due, or where a chore ends. */
function scheduleNext(
  world: World,
  life: Life,
  { againInMs }: Extract<Turn, { kind: 'decided' }>,
): void {
  const { tickMs } = world.settings
  life.waitMs = Math.max(REST_MS, Math.min(tickMs, againInMs ?? tickMs))
  life.dueMs = monotonicOf(world) + life.waitMs
  life.clock = { ...life.clock, sample: sample(world, life.monotonicOriginMs) }
}

/** How long until the loop turns again: its own time, or the end of a chore. */
export function untilTurn(world: World, life: Life): number {
  const { run } = world
  const untilEnd =
    run === null || run.isLeftOver || run.ended !== null
      ? Infinity
      : runEndsAt(run) - awakeOf(world)
  return Math.max(0, Math.min(life.dueMs - monotonicOf(world), untilEnd))
}

function takeWakeFiles(world: World): Act | null {
  if (world.wakeFiles === 0) return null
  world.wakeFiles = 0
  world.truth.possibleActMs = world.trueMs
  return { atMs: bootOf(world), by: 'wake.signal' }
}

function newestOf(a: Act | null, b: Act | null): Act | null {
  if (a === null || b === null) return a ?? b
  return b.atMs > a.atMs ? b : a
}

export function sample(world: World, originMs: number): ClockSample {
  return {
    wallMs: wallOf(world),
    monotonicMs: monotonicOf(world) - originMs,
    bootMs: bootOf(world),
  }
}

export function seen(world: World): Seen {
  return { wallMs: wallOf(world), bootMs: bootOf(world), bootId: bootIdOf(world) }
}
