import { DEFAULTS } from '../../src/config.ts'
import { createEvents, type Events } from '../../src/events.ts'
import { keepBoards } from '../../src/daemon/boards/keep-boards.ts'
import { keepFollowUps } from '../../src/daemon/follow-ups/keep-follow-ups.ts'
import { keepJobs } from '../../src/daemon/jobs/keep-jobs.ts'
import { keepReports } from '../../src/daemon/keep-reports.ts'
import { systemClock } from '../../src/host/clock.ts'
import { selfIdentity } from '../../src/host/identity.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { createLog } from '../../src/log.ts'
import type { Deps, House } from '../../src/operations/deps.ts'
import type { Store } from '../../src/store/store.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { openTempStore } from './open-temp-store.ts'
import { tempDir } from './temp-dir.ts'

/** What an operation may ask, made of the real parts with a store of their own, and a test's changes on top. */
export function makeDeps(
  t: Cleaning,
  changes: Partial<Deps> = {},
): Deps & { readonly kept: Store } {
  const kept = openTempStore(t)
  return {
    clock: systemClock,
    events: silentEvents(() => kept),
    self: {
      ...selfIdentity(),
      version: '1.2.3',
      host: 'here',
      home: '/h',
      startedAtMs: 1_800_000_000_000,
    },
    store: () => kept,
    config: () => ({ config: DEFAULTS, sources: {}, warnings: [], problem: null }),
    house: makeHouse(),
    ...makeDesks(t, () => kept),
    warnings: () => [],
    turn: async () => undefined,
    reload: async () => ({ changed: [], problem: null }),
    stop: () => undefined,
    ...changes,
    kept,
  }
}

/** The real desks, in a home of its own that no daemon looks after. */
function makeDesks(
  t: Cleaning,
  store: () => Store,
): Pick<Deps, 'jobs' | 'followUps' | 'boards' | 'reports'> {
  const parts = {
    paths: resolvePaths(tempDir(t), {}),
    clock: systemClock,
    config: () => DEFAULTS,
    store,
    emit: () => undefined,
    wake: () => undefined,
  }
  const jobs = keepJobs({ ...parts, environment: {}, ended: () => undefined })
  const followUps = keepFollowUps({ ...parts, chance: () => 0.5 })
  onEnd(t, () => jobs.leave())
  const boards = keepBoards({
    ...parts,
    standstillMs: () => 0,
    census: () => ({ wrappers: [], counts: { fresh: 0, stale: 0, orphan: 0 }, activeAgoMs: null }),
  })
  const reports = keepReports({ ...parts, flush: async () => undefined })
  return {
    jobs: jobs.desk,
    followUps: followUps.desk,
    boards: boards.desk,
    reports: reports.desk,
  }
}

/** Events that are kept and told, but logged nowhere. */
export function silentEvents(store: () => Store): Events {
  const log = createLog({ write: () => undefined }, 'silent')
  const events = createEvents({ store, log, clock: systemClock })
  store().announceTo(events.announce)
  return events
}

/** A house in which somebody works and nothing else happens. */
export function makeHouse(changes: Partial<House> = {}): House {
  return {
    now: () => ({
      state: 'WAKE',
      sinceMs: 1_800_000_001_000,
      reason: 'somebody works',
      lastActivityMs: 1_800_000_002_000,
      holds: [],
      next: null,
    }),
    wrappers: () => [],
    counts: () => ({ fresh: 0, stale: 0, orphan: 0 }),
    act: () => undefined,
    hold: () => () => undefined,
    toBed: () => ({ ok: true }),
    chores: () => [],
    runChore: () => ({ ok: true }),
    resetChore: () => ({ ok: true }),
    ...changes,
  }
}
