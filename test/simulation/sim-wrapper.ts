import type { CensusFile } from '../../src/domain/census.ts'
import type { HeartbeatContent } from '../../src/domain/heartbeat-facts.ts'
import type { ProcessLook } from '../../src/domain/process-look.ts'
import type { Lie } from './plan.ts'
import { awakeOf, bootIdOf, wallOf, type World } from './world.ts'

export interface SimWrapper {
  readonly path: string
  readonly uuid: string
  readonly pid: number
  /** Real time at which the process with its number began; another one's after a recycling. */
  bornMs: number
  readonly writerBornMs: number
  readonly telling: boolean
  readonly bare: boolean
  readonly lie: Lie
  /** `hung` processes live, but refresh nothing. */
  life: 'runs' | 'hung' | 'gone' | 'recycled'
  hasFile: boolean
  readonly phaseMs: number
  /** When it last refreshed: awake, real and wall time. */
  refreshed: { awakeMs: number; trueMs: number; wallMs: number }
  refreshes: number
  /** Its last act, and the last that its file tells: real time. */
  actedMs: number
  actedAwakeMs: number
  toldMs: number
  actedWallMs: number
  content: HeartbeatContent
  readonly bornWallMs: number
  readonly bootId: string
  /** Turns of the daemon that saw its process gone. */
  turnsSinceGone: number
}

const REFRESH_SHARE = 1 / 3

export interface Coming {
  readonly telling: boolean
  readonly bare: boolean
  readonly lie: Lie
}

export function addWrapper(world: World, { telling, bare, lie }: Coming): SimWrapper {
  world.pids += 1
  const uuid = `u${world.pids}`
  const wrapper: SimWrapper = {
    path: `wrappers/heartbeat-${world.pids}-${uuid}.json`,
    uuid,
    pid: world.pids,
    bornMs: world.trueMs,
    writerBornMs: world.trueMs,
    telling,
    bare,
    lie,
    life: 'runs',
    hasFile: true,
    phaseMs: awakeOf(world),
    refreshed: { awakeMs: 0, trueMs: 0, wallMs: 0 },
    refreshes: 0,
    actedMs: world.trueMs,
    actedAwakeMs: awakeOf(world),
    toldMs: world.trueMs,
    actedWallMs: wallOf(world),
    content: { kind: 'torn', pid: null, uuid: null, reason: 'is new' },
    bornWallMs: wallOf(world),
    bootId: bootIdOf(world),
    turnsSinceGone: 0,
  }
  refresh(world, wrapper, awakeOf(world))
  world.wrappers.push(wrapper)
  return wrapper
}

export function actNow(world: World, wrapper: SimWrapper): void {
  const isAtOnce = awakeOf(world) === wrapper.refreshed.awakeMs
  if (wrapper.life !== 'runs' || !wrapper.telling || isAtOnce) return
  wrapper.actedMs = world.trueMs
  wrapper.actedAwakeMs = awakeOf(world)
  wrapper.actedWallMs = wallOf(world)
}

/** Its timer was due while it could not run, and fires as soon as it can. */
export function goOn(world: World, wrapper: SimWrapper): void {
  if (wrapper.life !== 'hung') return
  wrapper.life = 'runs'
  refresh(world, wrapper, awakeOf(world))
}

/** Every running wrapper has refreshed whenever its timer said so. */
export function refreshAll(world: World): void {
  const nowMs = awakeOf(world)
  const everyMs = world.settings.staleAfterMs * REFRESH_SHARE
  for (const wrapper of world.wrappers) {
    if (wrapper.life !== 'runs' || !wrapper.hasFile) continue
    const dueMs = wrapper.phaseMs + Math.floor((nowMs - wrapper.phaseMs) / everyMs) * everyMs
    if (dueMs > wrapper.refreshed.awakeMs) refresh(world, wrapper, dueMs)
  }
}

/** Seen from outside: what a look at its file and its process number shows. */
export function sight(world: World, wrapper: SimWrapper): CensusFile {
  return {
    path: wrapper.path,
    content: wrapper.content,
    mtimeMs: wrapper.refreshed.wallMs,
    stamp: `${wrapper.pid}.${wrapper.refreshes}`,
    look: look(world, wrapper),
  }
}

export function isAlive({ life }: SimWrapper): boolean {
  return life === 'runs' || life === 'hung'
}

function look(world: World, { life, bornMs }: SimWrapper): ProcessLook {
  if (life === 'gone') return { state: 'gone' }
  const ageMs = Math.floor((world.trueMs - bornMs) / 1_000) * 1_000
  return { state: 'alive', processStart: String(bornMs), startedAtMs: wallOf(world) - ageMs }
}

function refresh(world: World, wrapper: SimWrapper, awakeMs: number): void {
  const agoMs = awakeOf(world) - awakeMs
  const wallMs = wallOf(world) - agoMs
  wrapper.refreshed = { awakeMs, trueMs: world.trueMs - agoMs, wallMs }
  wrapper.refreshes += 1
  if (wrapper.actedMs <= wrapper.refreshed.trueMs) wrapper.toldMs = wrapper.actedMs
  wrapper.content = contentOf(wrapper, wallMs)
}

function contentOf(wrapper: SimWrapper, wallMs: number): HeartbeatContent {
  const { pid, uuid, bare, telling } = wrapper
  return {
    kind: 'heartbeat',
    pid,
    uuid,
    startedAtMs: wrapper.bornWallMs,
    lastRefreshMs: stated(wrapper, wallMs),
    ...(bare ? {} : { processStart: String(wrapper.writerBornMs), bootId: wrapper.bootId }),
    ...(telling ? { lastActivityMs: wrapper.actedWallMs } : {}),
  }
}

function stated({ lie, bornWallMs }: SimWrapper, wallMs: number): number {
  if (lie === 'future') return wallMs + 366 * 86_400_000
  if (lie === 'past') return 946_684_800_000
  return lie === 'stuck' ? bornWallMs : wallMs
}
