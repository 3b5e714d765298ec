import type { TurnEvent } from '../../src/domain/turn.ts'
import { liveThrough } from './history.ts'
import { type Plan, planHistory } from './plan.ts'
import type { Domain } from './domain-seam.ts'

export interface Failure {
  readonly plan: Plan
  readonly reason: string
}

export interface Search {
  readonly failure: Failure | null
  readonly histories: number
  readonly turns: number
  readonly years: number
  /** How often each kind of thing happened: what never did was not tested. */
  readonly happened: ReadonlyMap<string, number>
}

export interface Seeds {
  readonly from: number
  readonly most: number
}

const YEAR_MS = 365 * 86_400_000

/** Lives through many histories until one breaks a promise. */
export function findFailure(domain: Domain, { from, most }: Seeds): Search {
  const happened = new Map<string, number>()
  let [turns, simulatedMs, histories] = [0, 0, 0]
  let failure: Failure | null = null
  for (; failure === null && histories < most; histories += 1) {
    const plan = planHistory(from + histories)
    const lived = attempt(plan, domain)
    if (typeof lived === 'string') {
      failure = cutDown(plan, domain, lived)
      continue
    }
    turns += lived.turns
    simulatedMs += lived.world.trueMs
    for (const event of lived.world.disk.log) note(happened, kindOf(event))
  }
  return { failure, histories, turns, years: simulatedMs / YEAR_MS, happened }
}

/** `CURFEW_SIM_SEED` repeats a single history. */
export function chosenSeeds(seeds: Seeds): Seeds {
  const { CURFEW_SIM_SEED: wanted } = process.env
  return wanted === undefined ? seeds : { from: Number(wanted), most: 1 }
}

/** What happened, as few steps as still break the promise, and how to see it again. */
export function describeFailure({ plan, reason }: Failure): string {
  const steps = plan.steps.map((step) => `  ${JSON.stringify(step)}`).join('\n')
  const settings = JSON.stringify(plan.settings)
  return `${reason}\nsettings ${settings}\nafter\n${steps}\nagain with CURFEW_SIM_SEED=${plan.seed}`
}

/** Leaves out steps as long as what is left still fails. */
function cutDown(plan: Plan, domain: Domain, reason: string): Failure {
  let best = { plan, reason }
  for (let size = plan.steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.plan.steps.length;) {
      const shorter = { ...plan, steps: best.plan.steps.toSpliced(at, size) }
      const lived = attempt(shorter, domain)
      if (typeof lived === 'string') best = { plan: shorter, reason: lived }
      else at += size
    }
  }
  return best
}

function attempt(plan: Plan, domain: Domain): ReturnType<typeof liveThrough> | string {
  try {
    return liveThrough(plan, domain)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function kindOf(event: TurnEvent): string {
  if (event.type === 'transition') return `${event.from ?? 'nothing'} to ${event.to}`
  return event.type === 'chore_ended' ? `chore ${event.outcome}` : event.type
}

function note(happened: Map<string, number>, kind: string): void {
  happened.set(kind, (happened.get(kind) ?? 0) + 1)
}
