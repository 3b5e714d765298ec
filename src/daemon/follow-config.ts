import type { Clock } from '../host/clock.ts'
import type { ConfigKeeper } from './current-config.ts'
import type { Step } from './loop.ts'

export interface FollowConfigDeps {
  readonly clock: Clock
  readonly config: ConfigKeeper
  readonly reload: () => Promise<unknown>
  /** The next turn should come soon. */
  readonly wake: () => void
}

export interface ConfigFollower {
  readonly step: Step['run']
  /** On the next turn, whether the file changed or not; any number of calls before it make one. */
  readAgain(): void
}

/** Editors write a file in several steps; it is read when it has been quiet for so long. */
const SETTLE_MS = 100

/** Reads a config file that changed again. */
export function followConfig({ clock, config, reload, wake }: FollowConfigDeps): ConfigFollower {
  let seen: string | undefined
  let seenAtMs = 0
  let isAsked = false

  async function step(): Promise<number | undefined> {
    if (isAsked) {
      isAsked = false
      await reload()
      return undefined
    }
    const now = config.changedTo()
    if (now !== seen) [seen, seenAtMs] = [now, clock.monotonicMs()]
    if (now === undefined) return undefined
    const restMs = seenAtMs + SETTLE_MS - clock.monotonicMs()
    if (restMs > 0) return restMs
    await reload()
    return undefined
  }

  return {
    step,
    readAgain: () => {
      isAsked = true
      wake()
    },
  }
}
