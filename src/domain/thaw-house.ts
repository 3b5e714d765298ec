import type { ChoreMemory, ChoreRecord, RunningChore } from './chore-facts.ts'
import { elapsedBetween, type Seen, setBetween } from './elapsed.ts'
import { type House, newHouse } from './house.ts'
import type { Act, BedtimeByHand, LifecycleMemory, LifecycleState } from './lifecycle-facts.ts'

export interface Thawed {
  readonly house: House
  /** Nothing was kept: the first start of this home, or all of it was lost. */
  readonly isNew: boolean
  /** Why something that was kept could not be used; null when all could. */
  readonly problem: string | null
  /** How far the wall clock was set while nobody looked. */
  readonly setMs: number
}

const STATES = ['WAKE', 'DROWSY', 'BEDTIME', 'ASLEEP'] as const satisfies readonly LifecycleState[]
const OUTCOMES = ['succeeded', 'failed', 'timed_out', 'unstartable', 'interrupted'] as const
const MOST_CHORES = 1_000
const MOST_TEXT = 300

/** Reads the house back, whatever the text holds. A restart is no activity, and damage is none either way. */
export function thawHouse(text: string | undefined, now: Seen): Thawed {
  if (text === undefined) return fresh(now, null)
  const tree = parse(text)
  const seen = readSeen(part(tree, 'seen'))
  if (seen === undefined) return fresh(now, 'what was kept of the house cannot be read')
  const awayMs = elapsedBetween(seen, now)
  const reader = createReader((atMs) => now.bootMs - awayMs - Math.max(0, seen.bootMs - atMs))
  const house = {
    lifecycle: readLifecycle(part(tree, 'lifecycle'), reader, now.bootMs),
    chores: readChores(part(tree, 'chores'), reader),
  }
  const bad = reader.unusable()
  const problem = bad.length === 0 ? null : `not usable: ${bad.slice(0, 5).join(', ')}`
  return { house, isNew: false, problem, setMs: setBetween(seen, now) }
}

function fresh(now: Seen, problem: string | null): Thawed {
  return { house: newHouse(now.bootMs), isNew: true, problem, setMs: 0 }
}

/** Takes values out of what was parsed; what is not as it should be becomes the default, and is named. */
interface Reader {
  time<T>(tree: unknown, key: string, otherwise: T): number | T
  count(tree: unknown, key: string): number
  flag(tree: unknown, key: string): boolean
  text(tree: unknown, key: string): string
  oneOf<T extends string, U>(tree: unknown, key: string, known: readonly T[], otherwise: U): T | U
  names(tree: unknown, key: string): string[]
  unusable(): readonly string[]
}

function createReader(onOurClock: (atMs: number) => number): Reader {
  const bad = new Set<string>()
  const refuse = <T>(key: string, otherwise: T): T => {
    bad.add(key)
    return otherwise
  }
  return {
    time: (tree, key, otherwise) => {
      const value = part(tree, key)
      if (value === null && otherwise === null) return otherwise
      return isNumber(value) ? onOurClock(value) : refuse(key, otherwise)
    },
    count: (tree, key) => {
      const value = part(tree, key)
      return isNumber(value) && value >= 0 ? value : refuse(key, 0)
    },
    flag: (tree, key) => {
      const value = part(tree, key)
      return typeof value === 'boolean' ? value : refuse(key, false)
    },
    text: (tree, key) => {
      const value = part(tree, key)
      return typeof value === 'string' ? value.slice(0, MOST_TEXT) : refuse(key, '')
    },
    oneOf: (tree, key, known, otherwise) => {
      const value = part(tree, key)
      if (value === null && otherwise === null) return otherwise
      return known.find((each) => each === value) ?? refuse(key, otherwise)
    },
    names: (tree, key) => {
      const value = part(tree, key)
      if (!Array.isArray(value)) return refuse(key, [])
      return value.filter((each) => typeof each === 'string').slice(0, MOST_CHORES)
    },
    unusable: () => [...bad],
  }
}

function readLifecycle(tree: unknown, reader: Reader, nowMs: number): LifecycleMemory {
  return {
    state: reader.oneOf(tree, 'state', STATES, 'WAKE' as const),
    sinceMs: reader.time(tree, 'sinceMs', nowMs),
    reason: reader.text(tree, 'reason'),
    lastAct: readAct(part(tree, 'lastAct'), reader, nowMs),
    bedtimeByHand: readByHand(part(tree, 'bedtimeByHand'), reader),
  }
}

function readAct(tree: unknown, reader: Reader, nowMs: number): Act {
  return { atMs: reader.time(tree, 'atMs', nowMs), by: reader.text(tree, 'by') }
}

function readByHand(tree: unknown, reader: Reader): BedtimeByHand | null {
  if (tree === null) return null
  const atMs = reader.time(tree, 'atMs', undefined)
  return atMs === undefined ? null : { atMs, force: reader.flag(tree, 'force') }
}

function readChores(tree: unknown, reader: Reader): ChoreMemory {
  return {
    records: readRecords(part(tree, 'records'), reader),
    done: reader.names(tree, 'done'),
    over: reader.flag(tree, 'over'),
    asked: reader.names(tree, 'asked'),
    runs: reader.count(tree, 'runs'),
    running: readRunning(part(tree, 'running'), reader),
  }
}

function readRecords(tree: unknown, reader: Reader): Map<string, ChoreRecord> {
  const entries = Array.isArray(tree) ? tree.slice(0, MOST_CHORES) : []
  return new Map(
    entries.flatMap((entry: unknown): [string, ChoreRecord][] => {
      const name = part(entry, '0')
      return typeof name === 'string' ? [[name, readRecord(part(entry, '1'), reader)]] : []
    }),
  )
}

function readRecord(tree: unknown, reader: Reader): ChoreRecord {
  return {
    outcome: reader.oneOf(tree, 'outcome', OUTCOMES, null),
    detail: reader.text(tree, 'detail'),
    endedMs: reader.time(tree, 'endedMs', null),
    tookMs: reader.count(tree, 'tookMs'),
    failures: reader.count(tree, 'failures'),
    deaths: reader.count(tree, 'deaths'),
    quarantinedMs: reader.time(tree, 'quarantinedMs', null),
  }
}

function readRunning(tree: unknown, reader: Reader): RunningChore | null {
  if (tree === null) return null
  const name = reader.text(tree, 'name')
  const run = reader.count(tree, 'run')
  if (name === '') return null
  return { name, run, byHand: reader.flag(tree, 'byHand'), ranMs: reader.count(tree, 'ranMs') }
}

function readSeen(tree: unknown): Seen | undefined {
  const [wallMs, bootMs, bootId] = [
    part(tree, 'wallMs'),
    part(tree, 'bootMs'),
    part(tree, 'bootId'),
  ]
  if (!isNumber(wallMs) || !isNumber(bootMs) || typeof bootId !== 'string') return undefined
  return { wallMs, bootMs, bootId }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error instanceof SyntaxError ? undefined : null
  }
}

function part(tree: unknown, key: string): unknown {
  return typeof tree === 'object' && tree !== null ? Reflect.get(tree, key) : undefined
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
