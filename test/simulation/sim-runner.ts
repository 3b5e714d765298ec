import type { ChoreEnd, ChoreRun, ChoreStop } from '../../src/domain/chore-facts.ts'
import type { Behaviour } from './plan.ts'
import { awakeOf, type World } from './world.ts'

/** One chore that runs, or ran and was not yet taken note of. */
export interface SimRun {
  readonly name: string
  readonly run: number
  readonly byHand: boolean
  readonly behaviour: Behaviour
  /** Awake time. */
  readonly startedMs: number
  stop: { readonly why: ChoreStop; readonly atMs: number } | null
  ended: { readonly end: ChoreEnd; readonly atMs: number } | null
  /** The daemon that started it died: nobody waits for it. */
  isLeftOver: boolean
}

const GRACE_MS = 10_000
const MANNERS_MS = 700

interface Manner {
  /** How long it takes when left alone. */
  readonly takesMs: number
  readonly end: ChoreEnd
  /** What a TERM makes of it, and after how long. */
  readonly onTerm: { readonly afterMs: number; readonly end: ChoreEnd }
}

const KILLED = { afterMs: GRACE_MS, end: { kind: 'signalled', signal: 'SIGKILL' } } as const
const TERMED = { afterMs: MANNERS_MS, end: { kind: 'signalled', signal: 'SIGTERM' } } as const

const MANNERS = {
  good: { takesMs: 4_000, end: { kind: 'exited', code: 0 }, onTerm: TERMED },
  slow: { takesMs: 110_000, end: { kind: 'exited', code: 0 }, onTerm: TERMED },
  bad: { takesMs: 3_000, end: { kind: 'exited', code: 3 }, onTerm: TERMED },
  hangs: { takesMs: Infinity, end: { kind: 'exited', code: 0 }, onTerm: TERMED },
  deaf: { takesMs: Infinity, end: { kind: 'exited', code: 0 }, onTerm: KILLED },
  polite: {
    takesMs: 60_000,
    end: { kind: 'exited', code: 0 },
    onTerm: { afterMs: MANNERS_MS, end: { kind: 'exited', code: 0 } },
  },
  unstartable: {
    takesMs: 0,
    end: { kind: 'unstartable', reason: 'no such command' },
    onTerm: TERMED,
  },
} as const satisfies Record<Behaviour, Manner>

export function startRun(world: World, name: string, run: number, byHand: boolean): void {
  if (world.run !== null) throw new Error(`${name} started while ${world.run.name} runs`)
  world.run = {
    name,
    run,
    byHand,
    behaviour: world.behaviours.get(name) ?? 'good',
    startedMs: awakeOf(world),
    stop: null,
    ended: null,
    isLeftOver: false,
  }
  settleRunner(world)
}

export function stopRun(world: World, run: number, why: ChoreStop): void {
  const live = world.run
  if (live?.run !== run || live.ended !== null || live.stop !== null) return
  live.stop = { why, atMs: awakeOf(world) }
}

/** Awake time at which the run will have ended. */
export function runEndsAt({ behaviour, startedMs, stop }: SimRun): number {
  const { takesMs, onTerm } = MANNERS[behaviour]
  return Math.min(startedMs + takesMs, stop === null ? Infinity : stop.atMs + onTerm.afterMs)
}

export function settleRunner(world: World): void {
  const live = world.run
  if (live === null || live.ended !== null) return
  const atMs = runEndsAt(live)
  if (awakeOf(world) < atMs) return
  const { takesMs, end, onTerm } = MANNERS[live.behaviour]
  const byItself = live.stop === null || atMs === live.startedMs + takesMs
  live.ended = { end: byItself ? end : onTerm.end, atMs }
}

/** What the daemon's runner tells. */
export function reportRun(world: World): ChoreRun | null {
  const live = world.run
  if (live === null || live.isLeftOver) return null
  const stop = live.stop?.why ?? null
  if (live.ended === null) return { run: live.run, state: 'running', stop }
  const tookMs = live.ended.atMs - live.startedMs
  return { run: live.run, state: 'ended', stop, end: live.ended.end, tookMs }
}

/** A new daemon ends what the last one left running, before it does anything else. */
export function endLeftOver(world: World): void {
  if (world.run?.isLeftOver === true) world.run = null
}
