import type { StatusView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Deps } from './deps.ts'
import { status } from './status.ts'

/** Sends the house to bed, unless somebody is awake or something runs. */
export async function sendToBed(
  deps: Deps,
  { force }: { readonly force: boolean },
): Promise<StatusView> {
  await deps.turn()
  const outcome = deps.house.toBed(force)
  if (!outcome.ok) {
    const held = outcome.heldBy.map(({ what, why }) => `${what}: ${why}`).join('; ')
    throw new ProblemError({
      kind: 'refused',
      message: `nobody is sent to bed while there is ${held}`,
      hint: '--force does it all the same',
    })
  }
  await deps.turn()
  return status(deps)
}
