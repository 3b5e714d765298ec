import type { LifecycleFile } from '../contract/shapes.ts'
import { beginHouse } from '../domain/begin-house.ts'
import type { Seen } from '../domain/elapsed.ts'
import { freezeHouse, type House, isWorthSaving, type SavedHouse } from '../domain/house.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { TurnEvent } from '../domain/turn.ts'
import type { Clock } from '../host/clock.ts'
import { bootId } from '../host/identity.ts'
import { writeLifecycleFile } from '../host/lifecycle-file.ts'
import type { Store } from '../store/store.ts'

const NOTE = 'house'
/** The boot clock is coarse: what was told as one date stays that date, unless the wall clock was set. */
const CLOCK_SET_MS = 1_000
const MOST_DATES = 100

/** What is remembered from turn to turn, and how it gets to disk and back. */
export interface HouseKeeper {
  now(): House
  /** Found while beginning: to be told. */
  readonly begun: { readonly events: readonly TurnEvent[]; readonly problem: string | null }
  /** How far the wall clock was set while no daemon looked. */
  readonly setWhileAwayMs: number
  change(next: House): void
  /** Writes down what is worth it; `reason` is for those who look at `lifecycle.json`. */
  save(bedtimeAfterMs: number, reason: string): Promise<void>
  /** A time of the house's own clock as a date. */
  dateOf(atMs: number): number
}

export async function keepHouse(
  clock: Clock,
  path: string,
  store: () => Store,
): Promise<HouseKeeper> {
  const begun = beginHouse(await store().readNote(NOTE), seen(clock))
  let house = begun.house
  let saved: SavedHouse | null = null
  let savedIn: Store | undefined
  let fileSaid = ''
  const dates = new Map<number, number>()

  async function save(bedtimeAfterMs: number, reason: string): Promise<void> {
    const next = { house, seen: seen(clock) }
    // A store that was replaced knows only what its copy knew.
    if (store() !== savedIn) saved = null
    const isDue = isWorthSaving(saved, next, bedtimeAfterMs)
    if (isDue) {
      await store().writeNote(NOTE, freezeHouse(next))
      saved = next
      savedIn = store()
    }
    const text = `${house.lifecycle.state} ${reason}`
    if (!isDue && text === fileSaid) return
    writeLifecycleFile(path, fileOf(house, reason, dateOf))
    fileSaid = text
  }

  function dateOf(atMs: number): number {
    const date = clock.wallMs() - (clock.bootMs() - atMs)
    const told = dates.get(atMs)
    if (told !== undefined && Math.abs(told - date) < CLOCK_SET_MS) return told
    if (dates.size >= MOST_DATES) dates.clear()
    dates.set(atMs, date)
    return date
  }

  return {
    now: () => house,
    begun,
    setWhileAwayMs: begun.setMs,
    change: (next) => {
      house = next
    },
    save,
    dateOf,
  }
}

function fileOf(
  { lifecycle }: House,
  reason: string,
  dateOf: (atMs: number) => number,
): LifecycleFile {
  return {
    state: lifecycle.state,
    since: isoTime(dateOf(lifecycle.sinceMs)),
    last_activity: isoTime(dateOf(lifecycle.lastAct.atMs)),
    reason,
  }
}

function seen(clock: Clock): Seen {
  return { wallMs: clock.wallMs(), bootMs: clock.bootMs(), bootId: bootId() }
}
