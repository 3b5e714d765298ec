import type { Clock } from '../host/clock.ts'
import type { ConfigKeeper } from './current-config.ts'
import type { Step } from './loop.ts'

export interface FollowConfigDeps {
  readonly clock: Clock
  readonly config: ConfigKeeper
  readonly reload: () => Promise<unknown>
}

/** Editors write a file in several steps; it is read when it has been quiet for so long. */
const SETTLE_MS = 100

/** Reads a config file that changed again. */
export function followConfig({ clock, config, reload }: FollowConfigDeps): Step['run'] {
  let seen: string | undefined
  let seenAtMs = 0
  return async () => {
    const now = config.changedTo()
    if (now !== seen) [seen, seenAtMs] = [now, clock.monotonicMs()]
    if (now === undefined) return undefined
    const restMs = seenAtMs + SETTLE_MS - clock.monotonicMs()
    if (restMs > 0) return restMs
    await reload()
    return undefined
  }
}
