import type { Domain } from './domain-seam.ts'
import type { Oracle } from './oracle.ts'
import { advance } from './physics.ts'
import type { CrashPoint } from './plan.ts'
import { beginLife, CHORE_LIST, type Life, saveHouse, turn, untilTurn } from './sim-daemon.ts'
import { reportRun, stopRun } from './sim-runner.ts'
import { bootOf, type World } from './world.ts'

/** Everything that goes on while one plan is lived through. */
export interface Stage {
  readonly world: World
  readonly domain: Domain
  readonly oracle: Oracle
  life: Life | null
  turns: number
}

export function startDaemon(stage: Stage): Life {
  stage.life ??= beginLife(stage.world, stage.domain, stage.oracle)
  return stage.life
}

/** The next turn of the loop. Nobody starts a daemon that has gone to sleep, unless they call for it. */
export function takeTurn(stage: Stage, crashAt: CrashPoint | null = null): void {
  const { world, life, domain, oracle } = stage
  if (life === null) return advance(world, world.settings.tickMs)
  advance(world, untilTurn(world, life))
  stage.turns += 1
  const how = turn(world, life, domain, oracle, crashAt)
  if (how === 'left') stage.life = null
  else if (crashAt !== null) die(stage)
}

/** In order: the chore that runs is ended first, and what became of it is kept. */
export function stopDaemon(stage: Stage): void {
  const { world, domain, oracle, life } = stage
  if (life === null) return
  endRun(stage, life)
  oracle.left(life)
  saveHouse(world, life, domain, oracle)
  world.run = null
  stage.life = null
}

function endRun({ world, domain }: Stage, life: Life): void {
  if (world.run === null) return
  stopRun(world, world.run.run, 'leaving')
  while (world.run.ended === null) advance(world, 500)
  const run = reportRun(world)
  if (run === null) return
  const { house, events } = domain.endRun(life.house, { list: CHORE_LIST, run }, bootOf(world))
  life.house = house
  life.untold.push(...events)
}

function die(stage: Stage): void {
  const { run } = stage.world
  stage.life = null
  if (run === null) return
  if (run.ended === null) run.isLeftOver = true
  else stage.world.run = null
}
