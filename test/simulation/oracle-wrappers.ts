import type { Census, CensusFile } from '../../src/domain/census.ts'
import { broken } from './broken.ts'
import type { Life } from './sim-daemon.ts'
import { isAlive, type SimWrapper } from './sim-wrapper.ts'
import { awakeOf, monotonicOf, type World } from './world.ts'

export interface WrapperWatch {
  began(): void
  counted(life: Life, census: Census<CensusFile>): void
  find(file: CensusFile): SimWrapper
  swept(wrapper: SimWrapper): void
  /** This daemon saw its file change, so that nothing it says matters any more. */
  isKnown(wrapper: SimWrapper): boolean
  isFirstSight(wrapper: SimWrapper): boolean
  /** Its last act is one that this daemon saw its file tell. */
  hasToldUs(wrapper: SimWrapper): boolean
}

interface Sight {
  readonly refreshes: number
  readonly awakeMs: number
  readonly toldMs: number
  /** Looks in a row that did not find it fresh, and when they began. */
  badSinceMs: number | null
}

/** Rules W1, W4, W5 and W6: who is called what, and whose file is taken away. */
export function watchWrappers(world: World): WrapperWatch {
  const { staleAfterMs, tickMs } = world.settings
  let sights = new Map<SimWrapper, Sight>()
  /** Awake time of the last disturbance before the first look of this daemon. */
  let blindUntilMs = -Infinity

  function find({ path }: CensusFile): SimWrapper {
    const found = world.wrappers.find((wrapper) => wrapper.path === path)
    if (found === undefined) throw new Error(`nobody has ${path}`)
    return found
  }

  function isKnown(wrapper: SimWrapper): boolean {
    return wrapper.refreshes > (sights.get(wrapper)?.refreshes ?? Infinity)
  }

  /** At first sight there is nothing to go by but what the file says, and clocks may have been set since. */
  function mayErr(wrapper: SimWrapper): boolean {
    if (isKnown(wrapper)) return false
    const sinceMs = wrapper.bare ? wrapper.phaseMs : wrapper.refreshed.awakeMs
    return wrapper.lie !== 'none' || sinceMs <= Math.max(blindUntilMs, world.truth.setAwakeMs)
  }

  function check(wrapper: SimWrapper, sight: Sight, status: string): void {
    const nowMs = awakeOf(world)
    const ageMs = nowMs - wrapper.refreshed.awakeMs
    const details = { pid: wrapper.pid, status, ageMs, life: wrapper.life, bare: wrapper.bare }
    if (isAlive(wrapper)) {
      if (ageMs < staleAfterMs && status !== 'fresh' && !mayErr(wrapper)) {
        broken('W1, W6: who refreshed lately is fresh', details)
      }
    } else if (status === 'fresh' && (wrapper.life === 'gone' || !wrapper.bare)) {
      wrapper.turnsSinceGone += 1
      if (wrapper.turnsSinceGone > 1) broken('W1, W4: who is gone is not fresh for long', details)
    }
    const quietMs =
      nowMs - Math.max(wrapper.refreshed.awakeMs, sight.awakeMs, world.truth.disturbedMs)
    if (status === 'fresh' && quietMs > staleAfterMs + 2 * tickMs) {
      broken('W1: who says nothing does not stay fresh', { ...details, quietMs })
    }
  }

  return {
    find,
    isKnown,
    isFirstSight: (wrapper) => !sights.has(wrapper),
    hasToldUs: (wrapper) => wrapper.toldMs > (sights.get(wrapper)?.toldMs ?? Infinity),
    began: () => {
      sights = new Map()
      blindUntilMs = Infinity
    },
    counted: (_life, census) => {
      blindUntilMs = Math.min(blindUntilMs, world.truth.disturbedMs)
      for (const { file, verdict } of census.wrappers) {
        const wrapper = find(file)
        const sight = sights.get(wrapper) ?? {
          refreshes: wrapper.refreshes,
          awakeMs: awakeOf(world),
          toldMs: wrapper.toldMs,
          badSinceMs: null,
        }
        sights.set(wrapper, sight)
        check(wrapper, sight, verdict.status)
        sight.badSinceMs =
          verdict.status === 'fresh' ? null : (sight.badSinceMs ?? monotonicOf(world))
      }
    },
    swept: (wrapper) => {
      const { badSinceMs = null } = sights.get(wrapper) ?? {}
      const badForMs = badSinceMs === null ? 0 : monotonicOf(world) - badSinceMs
      const ageMs = awakeOf(world) - wrapper.refreshed.awakeMs
      if (isAlive(wrapper) && ageMs <= staleAfterMs) {
        broken('W5: the file of one who refreshed lately is kept', { pid: wrapper.pid, ageMs })
      }
      if (badForMs < tickMs) {
        broken('W5: swept only after two looks a tick apart', { pid: wrapper.pid, badForMs })
      }
    },
  }
}
