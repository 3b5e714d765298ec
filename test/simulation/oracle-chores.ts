import type { ChoreRecord } from '../../src/domain/chore-facts.ts'
import type { House } from '../../src/domain/house.ts'
import { broken, type Decided } from './broken.ts'
import { CHORE_LIST, type Life } from './sim-daemon.ts'
import type { SimRun } from './sim-runner.ts'
import type { World } from './world.ts'

export interface ChoreWatch {
  began(life: Life): void
  decided(decided: Decided): void
  left(house: House): void
  saved(): void
  starts(life: Life, name: string): void
  /** Somebody lifted its quarantine by hand. */
  pardoned(name: string): void
}

/** What is true of the night's work as far as this daemon has been told. */
interface Known {
  readonly chores: Map<string, ChoreTruth>
  /** Who had their turn since the house last was up with all of them done. */
  done: Set<string>
  isOver: boolean
  counted: number
}

interface ChoreTruth {
  /** Failures in a row, and daemons in a row that began with it cut short. */
  failures: number
  deaths: number
  /** Real times. */
  quarantinedMs: number | null
  endedMs: number | null
}

const DAY_MS = 24 * 3_600_000

/** Rule S4: one at a time, none twice a night, strikes only for failures, quarantine that holds and ends. */
export function watchChores(world: World): ChoreWatch {
  const { truth } = world
  let known: Known = { chores: new Map(), done: new Set(), isOver: false, counted: 0 }
  let safe = copy(known)

  function truthOf(name: string): ChoreTruth {
    const blank = { failures: 0, deaths: 0, quarantinedMs: null, endedMs: null }
    const found = known.chores.get(name) ?? blank
    known.chores.set(name, found)
    return found
  }

  /** What the runner saw is true; it counts once the house has taken it in. */
  function count({ chores }: House): void {
    const { run } = world
    if (run === null || run.ended === null || run.isLeftOver) return
    if (run.run === known.counted || chores.running?.run === run.run) return
    known.counted = run.run
    const chore = truthOf(run.name)
    chore.deaths = 0
    if (run.stop !== null && run.stop.why !== 'timeout') return
    chore.endedMs = world.trueMs
    if (isGood(run)) Object.assign(chore, { failures: 0, quarantinedMs: null })
    else if (chore.quarantinedMs === null) chore.failures += 1
    if (!run.byHand || (isGood(run) && restOf(run.name) === 0)) known.done.add(run.name)
  }

  function takeIn(house: House): void {
    count(house)
    for (const [name, record] of house.chores.records) checkRecord(name, record)
  }

  function checkRecord(name: string, record: ChoreRecord): void {
    const chore = truthOf(name)
    if (record.quarantinedMs !== null && chore.quarantinedMs === null) {
      if (chore.failures < 3 && chore.deaths < 3) {
        broken('S4: quarantine is for three failures in a row', { name, chore })
      }
      Object.assign(chore, { failures: 0, deaths: 0, quarantinedMs: world.trueMs })
    }
    if (record.quarantinedMs === null && chore.quarantinedMs !== null) release(name, chore, record)
    if (chore.failures >= 3)
      broken('S4: three failures in a row end in quarantine', { name, chore })
    if (chore.quarantinedMs === null && record.failures > chore.failures) {
      broken('S4: an interruption is no strike', { name, record, chore })
    }
  }

  function release(name: string, chore: ChoreTruth, record: ChoreRecord): void {
    checkServed('S4: quarantine lasts for a day', name, chore)
    chore.quarantinedMs = null
    // The run that showed it may be the first failure of a new count.
    chore.failures = Math.min(1, record.failures)
  }

  function checkServed(promise: string, name: string, { quarantinedMs }: ChoreTruth): void {
    if (quarantinedMs === null) return
    const servedMs = world.trueMs - quarantinedMs
    if (servedMs < DAY_MS - truth.gainedMs) broken(promise, { name, servedMs })
  }

  function checkNightComplete(house: House): void {
    const slackMs = truth.lostMs + truth.gainedMs
    for (const { name, everyMs } of CHORE_LIST) {
      const { quarantinedMs, endedMs } = truthOf(name)
      const isLocked = quarantinedMs !== null && world.trueMs - quarantinedMs < DAY_MS + slackMs
      const isResting = endedMs !== null && world.trueMs - endedMs < everyMs + slackMs
      if (!known.done.has(name) && !isLocked && !isResting) {
        broken('S4: nobody sleeps before every chore had its turn', { name, chores: house.chores })
      }
    }
  }

  function checkInterrupted({ actions }: Decided): void {
    const { run } = world
    if (run === null || run.byHand || run.isLeftOver || run.ended !== null) return
    if (run.stop === null && !actions.some((action) => action.do === 'stop')) {
      broken('S4: waking interrupts', { name: run.name })
    }
  }

  return {
    began: (life) => {
      known = copy(safe)
      for (const event of life.untold) {
        if (event.type === 'chore_ended') truthOf(event.chore).deaths += 1
      }
      // A daemon that dies before it has written this down leaves it to the next, who counts it again.
      safe.chores.clear()
      for (const [name, chore] of copy(known).chores) safe.chores.set(name, chore)
    },
    decided: (decided) => {
      const { house } = decided
      const { state } = house.lifecycle
      takeIn(house)
      if (state === 'ASLEEP' && !known.isOver) checkNightComplete(house)
      if (house.chores.over) known.isOver = true
      if (state === 'BEDTIME' || state === 'ASLEEP') return
      if (known.isOver) Object.assign(known, { isOver: false, done: new Set() })
      checkInterrupted(decided)
    },
    left: takeIn,
    saved: () => {
      safe = copy(known)
    },
    starts: (life, name) => {
      const { chores, lifecycle } = life.house
      if (life.saved?.house.chores.running?.run !== chores.running?.run) {
        broken('S4: what starts is written down before', { name })
      }
      if (chores.running?.byHand === true) return
      if (lifecycle.state !== 'BEDTIME') {
        broken('S4: chores are the work of the night', { name, state: lifecycle.state })
      }
      if (known.done.has(name)) broken('S4: no chore runs twice a night', { name })
      checkServed('S4: quarantine holds', name, truthOf(name))
    },
    pardoned: (name) => {
      Object.assign(truthOf(name), { failures: 0, deaths: 0, quarantinedMs: null })
    },
  }
}

function restOf(name: string): number | undefined {
  return CHORE_LIST.find((each) => each.name === name)?.everyMs
}

function isGood({ stop, ended }: SimRun): boolean {
  return stop === null && ended?.end.kind === 'exited' && ended.end.code === 0
}

function copy({ chores, done, isOver, counted }: Known): Known {
  const each = [...chores].map(([name, chore]): [string, ChoreTruth] => [name, { ...chore }])
  return { chores: new Map(each), done: new Set(done), isOver, counted }
}
