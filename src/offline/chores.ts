import type { ChoreView } from '../contract/shapes.ts'
import { beginHouse } from '../domain/begin-house.ts'
import { choreStates } from '../domain/chores-by-hand.ts'
import { systemClock } from '../host/clock.ts'
import { bootId } from '../host/identity.ts'
import type { Paths } from '../host/paths.ts'
import { choreLogPath } from '../host/chore-log.ts'
import { configuredChores } from '../operations/configured-chores.ts'
import { viewChores } from '../operations/view-chores.ts'
import { requireConfig } from './config.ts'
import { readStore } from './read-store.ts'

/** How the chores stand, read from what the last daemon left. */
export async function offlineChores(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<ChoreView[]> {
  const config = await requireConfig(paths, environment)
  const text = await readStore(paths, (store) => store.readNote('house'))
  const nowMs = systemClock.bootMs()
  const wallMs = systemClock.wallMs()
  const { house } = beginHouse(text, { wallMs, bootMs: nowMs, bootId: bootId() })
  const states = choreStates(house.chores, { list: configuredChores(config), nowMs })
  return viewChores(
    states,
    (atMs) => wallMs - (nowMs - atMs),
    (name) => choreLogPath(paths, name),
  )
}
