import type { SystemIdle } from '../../src/domain/lifecycle.ts'
import type { TurnEvent } from '../../src/domain/turn.ts'
import type { Behaviour, Settings } from './plan.ts'
import type { SimRun } from './sim-runner.ts'
import type { SimWrapper } from './sim-wrapper.ts'

/** What is really so, whatever anybody believes. */
export interface World {
  readonly settings: Settings
  /** Time itself. */
  trueMs: number
  sleptMs: number
  /** Time in which the machine stood still although its clocks ran. */
  frozenMs: number
  wallOffsetMs: number
  bootTrueMs: number
  boots: number
  pids: number
  readonly wrappers: SimWrapper[]
  readonly hands: {
    holds: number
    running: number
    reports: number
    queued: number
    pending: number
  }
  readonly behaviours: Map<string, Behaviour>
  run: SimRun | null
  wakeFiles: number
  systemIdle: SystemIdle
  readonly disk: { full: boolean; text: string | undefined; readonly log: TurnEvent[] }
  readonly truth: Truth
}

/** For the oracle: what a perfect observer has noted. Real time, unless it says otherwise. */
export interface Truth {
  /** The last moment at which anything happened that may count as activity. */
  possibleActMs: number
  /** The newest activity that was taken in and is safe on disk. */
  savedActMs: number
  savedAt: { readonly trueMs: number; readonly wallOffsetMs: number; readonly boots: number }
  /** When the house was last sent to bed by hand. */
  sentMs: number
  /** Idleness that may be missing, or too much, because clocks were set while nobody looked. */
  lostMs: number
  gainedMs: number
  /** Awake time of the last sleep, freeze or setting of the clock. */
  disturbedMs: number
  /** The same of the last setting of the clock alone. */
  setAwakeMs: number
}

export const DAY_ZERO_MS = 1_790_000_000_000
export const OWN_CHORES = ['backup', 'reindex']

export function createWorld(settings: Settings): World {
  const trueMs = 1_000_000
  return {
    settings,
    trueMs,
    sleptMs: 0,
    frozenMs: 0,
    wallOffsetMs: 0,
    bootTrueMs: 500_000,
    boots: 1,
    pids: 100,
    wrappers: [],
    hands: { holds: 0, running: 0, reports: 0, queued: 0, pending: 0 },
    behaviours: new Map(),
    run: null,
    wakeFiles: 0,
    systemIdle: { kind: 'unknown', why: 'no such tool' },
    disk: { full: false, text: undefined, log: [] },
    truth: {
      possibleActMs: trueMs,
      savedActMs: trueMs,
      savedAt: { trueMs, wallOffsetMs: 0, boots: 1 },
      sentMs: -Infinity,
      lostMs: 0,
      gainedMs: 0,
      disturbedMs: -Infinity,
      setAwakeMs: -Infinity,
    },
  }
}

/** Runs while the machine is awake: on Linux, what timers and the monotonic clock count. */
export function monotonicOf(world: World): number {
  return world.trueMs - world.sleptMs
}

/** Time in which programs could do something. */
export function awakeOf(world: World): number {
  return world.trueMs - world.sleptMs - world.frozenMs
}

export function wallOf(world: World): number {
  return DAY_ZERO_MS + world.trueMs + world.wallOffsetMs
}

/** The system tells it in hundredths of a second. */
export function bootOf(world: World): number {
  return Math.floor((world.trueMs - world.bootTrueMs) / 10) * 10
}

export function bootIdOf(world: World): string {
  return `boot-${world.boots}`
}
