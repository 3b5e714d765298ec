import type { StatusView } from '../contract/shapes.ts'
import type { Deps } from './deps.ts'
import { status } from './status.ts'

/** Wakes the house, and tells how it is then. */
export async function wake(
  deps: Deps,
  { by }: { readonly by?: string | undefined },
): Promise<StatusView> {
  deps.house.act(by ?? 'a request to wake')
  await deps.turn()
  return status(deps)
}
