import type { Config } from '../../config.ts'
import type { Census } from '../../domain/census.ts'
import type { ClockTurn } from '../../domain/clock-watch.ts'
import { findGone, type Missing } from '../../domain/task-holders.ts'
import type { Clock } from '../../host/clock.ts'
import type { HeartbeatFile } from '../../host/heartbeat-dir.ts'
import type { Paths } from '../../host/paths.ts'
import { storeStamp } from '../../host/store-files.ts'
import type { BoardDesk } from '../../operations/board-desk.ts'
import type { Store } from '../../store/store.ts'
import type { Step } from '../loop.ts'
import { createBoardHooks } from './board-hooks.ts'
import { keepIdFloors } from './id-floors.ts'

export interface BoardKeeper {
  readonly step: Step['run']
  readonly desk: BoardDesk
  /** Tells a store which ids were given before it, before anybody can ask it for more. */
  takeOver(store: Store): Promise<void>
  /** Ends what is being asked, and keeps how far leases have run. */
  leave(): Promise<void>
}

export interface BoardKeeperDeps {
  readonly paths: Paths
  readonly clock: Clock
  readonly config: () => Config
  readonly store: () => Store
  readonly census: () => Census<HeartbeatFile>
  /** For how long we stand still already, before the next turn finds it. */
  readonly standstillMs: () => number
  readonly wake: () => void
}

/** Which store knows the ids that boards have given. */
const NOTE = 'board_floors_for'
/** A crash gives leases back so much at most. */
const KEEP_EVERY_MS = 60_000

export function keepBoards(deps: BoardKeeperDeps): BoardKeeper {
  const { clock, config, paths, wake } = deps
  const hooks = createBoardHooks(paths, config)
  let isDue = true
  let countedMs = clock.monotonicMs()
  let keptMs = countedMs
  let dueAtMs = Infinity
  let holding: readonly string[] = []
  let missing: Missing = new Map()

  const tasks = () => deps.store().tasks

  async function takeOver(store: Store): Promise<void> {
    const stamp = storeStamp(paths.store)
    const isNewStore = (await store.readNote(NOTE)) !== stamp
    await keepIdFloors(paths.boardIds, store.tasks, isNewStore)
    if (isNewStore) await store.writeNote(NOTE, stamp)
    isDue = true
  }

  async function step({ ranMs, watch }: ClockTurn): Promise<number | undefined> {
    const { graceUntilMs, sample } = watch
    await look()
    countTime(sample.monotonicMs, ranMs)
    await freeOfGone(watch)
    // Whoever slept, or was frozen, gets to renew first.
    if (sample.monotonicMs >= Math.max(dueAtMs, graceUntilMs)) await freeExpired()
    await keepTime()
    if (dueAtMs === Infinity) return undefined
    return Math.max(0, Math.max(dueAtMs, graceUntilMs) - clock.monotonicMs())
  }

  /** Only while something is leased: otherwise a crash would give back all that was never kept. */
  function countTime(nowMs: number, ranMs: number): void {
    if (dueAtMs !== Infinity) tasks().passTime(ranMs)
    dueAtMs += nowMs - countedMs - ranMs
    countedMs = nowMs
  }

  /** Only when something was claimed, freed or renewed: a turn costs nothing while nothing happens. */
  async function look(): Promise<void> {
    if (!isDue) return
    isDue = false
    try {
      const leftMs = await tasks().nextLeaseMs()
      dueAtMs = leftMs === null ? Infinity : countedMs + leftMs
      holding = await tasks().wrappers()
    } catch (error) {
      isDue = true
      throw error
    }
  }

  async function freeOfGone({ sample, graceUntilMs }: ClockTurn['watch']): Promise<void> {
    if (holding.length === 0) return
    const { staleAfter } = config()
    const found = findGone({
      holding,
      missing,
      seen: new Map(deps.census().wrappers.flatMap(seenAs)),
      nowMs: sample.monotonicMs,
      graceUntilMs,
      afterMs: staleAfter,
    })
    missing = found.missing
    for (const [uuid, why] of found.gone) {
      await tasks().freeOfWrapper(uuid, why, clock.wallMs())
      isDue = true
    }
    await look()
  }

  async function freeExpired(): Promise<void> {
    await tasks().freeExpired(clock.wallMs())
    isDue = true
    await look()
  }

  async function keepTime(): Promise<void> {
    if (dueAtMs === Infinity || countedMs - keptMs < KEEP_EVERY_MS) return
    keptMs = countedMs
    await tasks().keepTime()
  }

  const desk: BoardDesk = {
    uncountedMs: () => Math.max(0, clock.monotonicMs() - countedMs - deps.standstillMs()),
    changed: () => {
      isDue = true
      wake()
    },
    objection: hooks.ask,
    readBoard: async (from) => {
      const { readBoard } = await import('../../host/board-folder.ts')
      return readBoard(from, clock.wallMs())
    },
  }

  return {
    step,
    desk,
    takeOver,
    leave: async () => {
      await hooks.leave()
      if (dueAtMs === Infinity) return
      tasks().passTime(desk.uncountedMs())
      await tasks().keepTime()
    },
  }
}

function seenAs({ file, verdict }: Census<HeartbeatFile>['wrappers'][number]) {
  const { content } = file
  return content.kind === 'hostile' || content.uuid === null
    ? []
    : [[content.uuid, verdict.status] as const]
}
