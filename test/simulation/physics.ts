import { settleRunner } from './sim-runner.ts'
import { refreshAll } from './sim-wrapper.ts'
import { awakeOf, type World } from './world.ts'

/** Time goes by with everything running. */
export function advance(world: World, ms: number): void {
  world.trueMs += ms
  refreshAll(world)
  settleRunner(world)
}

export function sleep(world: World, ms: number): void {
  world.trueMs += ms
  world.sleptMs += ms
  disturb(world)
}

export function freezeMachine(world: World, ms: number): void {
  world.trueMs += ms
  world.frozenMs += ms
  disturb(world)
}

export function setClock(world: World, ms: number): void {
  world.wallOffsetMs += ms
  world.truth.setAwakeMs = awakeOf(world)
  disturb(world)
}

/** Whatever was known of the clocks is doubtful from here on. */
export function disturb(world: World): void {
  world.truth.disturbedMs = awakeOf(world)
}

/** The power goes: what is on disk stays, and so do the files of wrappers that are no more. */
export function reboot(world: World, offMs: number): void {
  world.trueMs += offMs
  world.bootTrueMs = world.trueMs - 20_000
  world.boots += 1
  world.run = null
  for (const wrapper of world.wrappers) wrapper.life = 'gone'
  world.hands.holds = 0
  disturb(world)
}
