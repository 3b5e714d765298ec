import { goHome } from './go-home.ts'
import { happen } from './happenings.ts'
import { createOracle } from './oracle.ts'
import { advance, disturb, freezeMachine, reboot, setClock, sleep } from './physics.ts'
import type { Plan, Step } from './plan.ts'
import type { Domain } from './domain-seam.ts'
import { type Stage, startDaemon, stopDaemon, takeTurn } from './stage.ts'
import { createWorld } from './world.ts'

/** Lives through a plan, then lets everybody go and waits for the house to fall asleep. Throws when a promise is broken. */
export function liveThrough(plan: Plan, domain: Domain): Stage {
  const world = createWorld(plan.settings)
  const stage: Stage = { world, domain, oracle: createOracle(world), life: null, turns: 0 }
  startDaemon(stage)
  for (const step of plan.steps) take(stage, step)
  goHome(stage)
  return stage
}

function take(stage: Stage, step: Step): void {
  const { world } = stage
  switch (step.do) {
    case 'wait':
      for (let count = 0; count < step.turns; count += 1) takeTurn(stage)
      return
    case 'sleep':
      return sleep(world, step.ms)
    case 'set':
      return setClock(world, step.ms)
    case 'freeze the machine':
      return freezeMachine(world, step.ms)
    case 'freeze the daemon':
      advance(world, step.ms)
      return disturb(world)
    case 'kill':
      return stage.life === null ? undefined : takeTurn(stage, step.at)
    case 'reboot':
      stage.life = null
      return reboot(world, step.ms)
    case 'start':
      return void startDaemon(stage)
    case 'restart':
      stopDaemon(stage)
      return void startDaemon(stage)
    default:
      return happen(stage, step)
  }
}
