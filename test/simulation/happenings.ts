import { askForChore, resetChore } from '../../src/domain/chores-by-hand.ts'
import { startDaemon, type Stage, takeTurn } from './stage.ts'
import type { Step } from './plan.ts'
import { CHORE_LIST, type Life, rulesOf } from './sim-daemon.ts'
import { actNow, addWrapper, goOn, type SimWrapper } from './sim-wrapper.ts'
import { bootOf, monotonicOf, type World } from './world.ts'

type Happening = Extract<
  Step,
  | { readonly do: Call }
  | { readonly do: 'come' | 'work' | 'bedtime' | 'behave' | 'run chore' | 'reset chore' }
  | { readonly do: 'disk' | 'person' }
  | { readonly who: number }
>

type Call = 'request' | 'signal' | 'hold' | 'let go'

const SOON_MS = 20
const MOST_WRAPPERS = 5

/** What people and programs do to the house. */
export function happen(stage: Stage, step: Happening): void {
  const { world } = stage
  switch (step.do) {
    case 'request':
      return request(stage, 'the request "run"')
    case 'signal':
      return signal(stage)
    case 'hold':
      request(stage, 'a hold')
      world.hands.holds += 1
      return
    case 'let go':
      world.hands.holds = 0
      return
    case 'come':
      return come(stage, step)
    case 'work':
      if (step.count > 0 && step.what !== 'reports') request(stage, 'the request "run"')
      world.hands[step.what] = step.count
      return
    case 'bedtime':
      return bedtime(stage, step.force)
    case 'behave':
      return void world.behaviours.set(nameOf(step.chore), step.how)
    case 'run chore':
      return runChore(stage, nameOf(step.chore))
    case 'reset chore':
      return reset(stage, nameOf(step.chore))
    case 'disk':
      world.disk.full = step.full
      return
    case 'person':
      return person(world, step.is)
    default:
      return happenTo(world, step.do, step.who)
  }
}

/** A call is answered by a daemon, which is started where there is none, and looks around at once. */
function request(stage: Stage, by: string): void {
  const { world } = stage
  const life = startDaemon(stage)
  life.act = { atMs: bootOf(world), by }
  world.truth.possibleActMs = world.trueMs
  wakeSoon(world, life)
}

function signal(stage: Stage): void {
  const { world, life } = stage
  world.wakeFiles += 1
  if (life === null) startDaemon(stage)
  else if (world.settings.watcher) wakeSoon(world, life)
}

function come(stage: Stage, step: Extract<Step, { do: 'come' }>): void {
  const { world } = stage
  if (world.wrappers.filter(({ hasFile }) => hasFile).length >= MOST_WRAPPERS) return
  addWrapper(world, step)
  if (step.calls) startDaemon(stage)
  if (stage.life !== null && world.settings.watcher) wakeSoon(world, stage.life)
}

function bedtime(stage: Stage, force: boolean): void {
  const { world, domain } = stage
  startDaemon(stage)
  takeTurn(stage)
  const { life } = stage
  if (life === null || life.facts === null) return
  const facts = { ...life.facts, nowMs: bootOf(world), chores: [] }
  const sent = domain.sendToBed(facts, life.house.lifecycle, rulesOf(world), force)
  if (!sent.ok) return
  life.house = { ...life.house, lifecycle: sent.memory }
  world.truth.sentMs = world.trueMs
  wakeSoon(world, life)
}

function runChore(stage: Stage, name: string): void {
  request(stage, 'the request "chores"')
  const life = startDaemon(stage)
  const asked = askForChore(life.house.chores, CHORE_LIST, name)
  if (asked.ok) life.house = { ...life.house, chores: asked.memory }
}

/** Answered only once it is safe on disk. */
function reset(stage: Stage, name: string): void {
  const { world } = stage
  if (world.disk.full) return
  const life = startDaemon(stage)
  const done = resetChore(life.house.chores, CHORE_LIST, name)
  if (!done.ok) return
  life.house = { ...life.house, chores: done.memory }
  stage.oracle.pardoned(name)
  takeTurn(stage)
}

function person(world: World, is: 'unknown' | 'active' | 'idle'): void {
  world.systemIdle =
    is === 'active'
      ? { kind: 'active' }
      : is === 'idle'
        ? { kind: 'idle', forMs: null }
        : { kind: 'unknown', why: 'no such tool' }
}

type Fate = Extract<Happening, { readonly who: number }>['do']

const FATES = {
  act: actNow,
  hang: (_world, wrapper) => {
    if (wrapper.life === 'runs') wrapper.life = 'hung'
  },
  'go on': goOn,
  die: (_world, wrapper) => {
    wrapper.life = 'gone'
  },
  go: (_world, wrapper) => {
    wrapper.life = 'gone'
    wrapper.hasFile = false
  },
  recycle: (world, wrapper) => {
    // Numbers come round only after all others have been used.
    if (world.trueMs - wrapper.bornMs < 5_000) return
    wrapper.life = 'recycled'
    wrapper.bornMs = world.trueMs
  },
} as const satisfies Record<Fate, (world: World, wrapper: SimWrapper) => void>

function happenTo(world: World, fate: Fate, who: number): void {
  const there = world.wrappers.filter(({ hasFile }) => hasFile)
  const wrapper = there[who % Math.max(1, there.length)]
  if (wrapper !== undefined) FATES[fate](world, wrapper)
}

function wakeSoon(world: World, life: Life): void {
  life.dueMs = Math.min(life.dueMs, monotonicOf(world) + SOON_MS)
}

function nameOf(chore: number): string {
  return CHORE_LIST[chore % CHORE_LIST.length]?.name ?? ''
}
