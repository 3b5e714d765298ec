import type { ReloadView } from '../contract/shapes.ts'
import type { Deps } from './deps.ts'

/** Reads the config again; a file that cannot be used changes nothing. */
export async function reload(deps: Deps): Promise<ReloadView> {
  const { changed, problem } = await deps.reload()
  return { reloaded: problem === null, problem, changed }
}
