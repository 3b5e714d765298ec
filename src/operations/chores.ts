import type { ChoreView } from '../contract/shapes.ts'
import { didYouMean } from '../domain/nearest.ts'
import { printableLine } from '../domain/printable.ts'
import { ProblemError } from '../domain/problem.ts'
import type { ChoreByHand, Deps } from './deps.ts'

/** Runs a chore at the next turn, and tells how it stands then. */
export async function runChore(
  deps: Deps,
  { name }: { readonly name: string },
): Promise<ChoreView> {
  return byHand(deps, name, deps.house.runChore(name))
}

/** Lifts a chore's quarantine. */
export async function resetChore(
  deps: Deps,
  { name }: { readonly name: string },
): Promise<ChoreView> {
  return byHand(deps, name, deps.house.resetChore(name))
}

async function byHand(deps: Deps, name: string, outcome: ChoreByHand): Promise<ChoreView> {
  if (!outcome.ok) throw unknown(name, outcome.known)
  await deps.turn()
  const chore = deps.house.chores().find((each) => each.name === name)
  if (chore === undefined) throw unknown(name, [])
  return chore
}

function unknown(name: string, known: readonly string[]): ProblemError {
  return new ProblemError({
    kind: 'not_found',
    message: `there is no chore "${printableLine(name, 64)}"${didYouMean(name, known)}`,
    hint: '`curfew chores` lists them',
  })
}
