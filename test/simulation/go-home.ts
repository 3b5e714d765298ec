import type { LifecycleState } from '../../src/domain/lifecycle.ts'
import { startDaemon, type Stage, takeTurn } from './stage.ts'
import { broken } from './broken.ts'
import type { World } from './world.ts'

const CHORES = 6
const CHORE_MS = 110_000
const DEPTH = { WAKE: 0, DROWSY: 1, BEDTIME: 2, ASLEEP: 3 } as const satisfies Record<
  LifecycleState,
  number
>

/** Everybody leaves, nothing fails any more: the house must go to sleep in its time, and wake when it is called. */
export function goHome(stage: Stage): void {
  const { world } = stage
  clear(world)
  if (stage.life === null && stateOnDisk(world) === 'ASLEEP') return
  startDaemon(stage)
  reachGoal(stage)
  checkWakes(stage)
}

function clear(world: World): void {
  world.disk.full = false
  world.systemIdle = { kind: 'unknown', why: 'no such tool' }
  Object.assign(world.hands, { holds: 0, running: 0, reports: 0, queued: 0, pending: 0 })
  world.behaviours.clear()
  for (const [at, wrapper] of world.wrappers.entries()) {
    wrapper.life = 'gone'
    if (at % 2 === 0) wrapper.hasFile = false
  }
}

function goalOf({ settings }: World, isByHand: boolean): LifecycleState {
  const { drowsyAfterMs, bedtimeAfterMs, asleepAfterMs } = settings
  if (bedtimeAfterMs === 0 && !isByHand) return drowsyAfterMs === 0 ? 'WAKE' : 'DROWSY'
  return asleepAfterMs === 0 ? 'BEDTIME' : 'ASLEEP'
}

function reachGoal(stage: Stage): void {
  const { world } = stage
  const { asleepAfterMs, bedtimeAfterMs, drowsyAfterMs, staleAfterMs, tickMs } = world.settings
  const restMs = Math.max(asleepAfterMs, bedtimeAfterMs, drowsyAfterMs)
  const withinMs = restMs + 2 * staleAfterMs + CHORES * (CHORE_MS + tickMs) + 4 * tickMs
  const untilMs = world.trueMs + withinMs
  const mostTurns = stage.turns + withinMs / tickMs + 40
  for (;;) {
    takeTurn(stage)
    if (stage.life === null) return
    const { state, bedtimeByHand } = stage.life.house.lifecycle
    const goal = goalOf(world, bedtimeByHand !== null)
    const mustLeave = state === 'ASLEEP' && world.settings.exitWhenAsleep
    if (DEPTH[state] >= DEPTH[goal] && !mustLeave) return
    const { chores, lifecycle } = stage.life.house
    if (world.trueMs > untilMs) {
      broken('S1: once everybody is gone the house goes to sleep in its time', {
        lifecycle,
        chores,
      })
    }
    if (stage.turns > mostTurns) broken('the loop does not spin', { lifecycle, chores })
  }
}

function checkWakes(stage: Stage): void {
  const { world } = stage
  world.wakeFiles += 1
  const life = startDaemon(stage)
  takeTurn(stage)
  const { state } = life.house.lifecycle
  if (state !== 'WAKE') broken('S2: a wake signal wakes the house', { state })
}

function stateOnDisk(world: World): unknown {
  if (world.disk.text === undefined) return null
  return JSON.parse(world.disk.text).lifecycle.state
}
