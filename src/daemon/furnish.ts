import { type Api, createApi } from '../api/server.ts'
import { createEvents, type Events } from '../events.ts'
import { systemClock } from '../host/clock.ts'
import { listenOn } from '../host/socket-file.ts'
import { reasonOf } from '../host/system-error.ts'
import { areWakeSignalsThere } from '../host/wake-spool.ts'
import type { Deps, ReloadOutcome } from '../operations/deps.ts'
import { type BoardKeeper, keepBoards } from './boards/keep-boards.ts'
import { reloadEvent } from './current-config.ts'
import { createExit, type Exit } from './exit.ts'
import { followConfig } from './follow-config.ts'
import { type FollowUpKeeper, keepFollowUps } from './follow-ups/keep-follow-ups.ts'
import { createHousehold, type Household } from './household.ts'
import { type JobKeeper, keepJobs } from './jobs/keep-jobs.ts'
import { keepReports, type ReportKeeper } from './keep-reports.ts'
import { keepStore, type StoreKeeper } from './keep-store.ts'
import { createLoop, type Loop } from './loop.ts'
import type { Daemon, Ground } from './start.ts'
import { buildSteps } from './steps.ts'
import { tellBeginning } from './tell-beginning.ts'
import { createWatches } from './watch-home.ts'

const CLOSE_DEADLINE_MS = 5_000
/** A house that sleeps is looked at this much more rarely; whoever comes is noticed by the watcher. */
const ASLEEP_TICKS = 10

/** Store, house, socket, loop, watchers. What is begun here is handed to `undo` at once. */
export async function furnish(undo: AsyncDisposableStack, ground: Ground): Promise<Daemon> {
  const { config, log, paths, self } = ground
  const storeKeeper = await keepStore(paths, systemClock)
  const events = createEvents({ store: storeKeeper.now, log, clock: systemClock })
  storeKeeper.announceTo(events.announce)
  const exit = createExit(events, log.bug)
  undo.defer(() => sayGoodbye(events, storeKeeper, exit))
  const followUps = keepFollowUps({
    paths,
    clock: systemClock,
    config: () => config.now().config,
    store: storeKeeper.now,
    emit: events.emit,
    wake,
    chance: Math.random,
  })
  const jobs = keepJobs({
    paths,
    clock: systemClock,
    environment: process.env,
    config: () => config.now().config,
    store: storeKeeper.now,
    emit: events.emit,
    wake,
    ended: followUps.desk.changed,
  })
  const reports = keepReports({
    paths,
    clock: systemClock,
    config: () => config.now().config,
    store: storeKeeper.now,
    emit: events.emit,
    flush: events.flush,
    wake,
  })
  const house = await createHousehold({
    ground,
    events,
    jobs,
    followUps,
    reports,
    store: storeKeeper.now,
    wake,
    nap: exit.nap,
  })
  const boards = keepBoards({
    paths,
    clock: systemClock,
    config: () => config.now().config,
    store: storeKeeper.now,
    census: house.wrappers.census,
    standstillMs: () => loop.standstillMs(),
    wake,
  })
  const watches = createWatches({
    paths,
    config: () => config.now().config,
    wake,
    isNews: house.isNews,
    emit: events.emit,
  })
  const follower = followConfig({ clock: systemClock, config, reload, wake })
  const loop = createLoop({
    clock: systemClock,
    emit: events.emit,
    tickMs: () => config.now().config.tick * (house.isAsleep() ? ASLEEP_TICKS : 1),
    staleAfterMs: () => config.now().config.staleAfter,
    setWhileAwayMs: house.setWhileAwayMs,
    steps: buildSteps({
      paths,
      lock: ground.lock,
      events,
      acts: house.acts,
      wrappers: house.wrappers,
      logFile: ground.logFile,
      storeDamage: storeKeeper.damage,
      followConfig: follower.step,
      tendJobs: jobs.step,
      tellSessions: followUps.step,
      lookAtReports: reports.step,
      runHouse: house.turn,
      tendBoards: boards.step,
      renewWatches: watches.renew,
      mendStore: async (why) => {
        events.emit(await storeKeeper.replace(why, boards.takeOver))
        await jobs.begin()
        followUps.desk.changed()
      },
      leave: exit.leave,
    }),
  })

  function wake(): void {
    loop.wake()
  }

  async function reload(): Promise<ReloadOutcome> {
    const outcome = await config.reload()
    log.setLevel(config.now().config.log.level)
    events.emit(reloadEvent(outcome))
    jobs.reconsider()
    followUps.desk.changed()
    return outcome
  }

  undo.defer(() => followUps.leave())
  undo.defer(() => jobs.leave())
  undo.defer(() => boards.leave())
  undo.defer(() => reports.leave())
  undo.defer(() => house.leave(!exit.isNap()))
  await jobs.begin()
  await boards.takeOver(storeKeeper.now())
  const deps = describeDeps(ground, {
    events,
    house,
    jobs,
    followUps,
    boards,
    reports,
    storeKeeper,
    loop,
    reload,
    exit,
  })
  const api = createApi({ ...deps, bug: exit.bug })
  undo.use(watches)
  undo.defer(() => loop.stop())
  await openDoor(undo, api, paths.socket)
  // Whoever calls while the house takes a nap is owed a turn; otherwise nothing is done any more.
  undo.defer(async () => (exit.isNap() ? undefined : loop.stop()))
  tellBeginning(ground, { events, setAside: storeKeeper.setAside, begun: house.begun })
  loop.start()
  const gone = exit.asked.then(async (why) => {
    jobs.letWaitersGo()
    followUps.letWaitersGo()
    // Whoever follows the events hears that we leave; what cannot be kept now is tried again at the end.
    await Promise.allSettled([events.flush()])
    const problem = await letGo(undo, log.bug)
    if (problem !== undefined) return { code: 1, why: `${why}; ${problem}`, again: false }
    const isCalled = !house.isAsleep() || house.isCalled() || areWakeSignalsThere(paths)
    return { code: exit.code(), why, again: exit.isNap() && isCalled }
  })
  return { self, stop: exit.leave, bug: exit.bug, reload: follower.readAgain, gone }
}

/** Lets everything go, whatever of it fails; says so when something did. */
async function letGo(
  undo: AsyncDisposableStack,
  note: (error: unknown) => void,
): Promise<string | undefined> {
  try {
    await undo.disposeAsync()
    return undefined
  } catch (error) {
    const last: unknown = error instanceof SuppressedError ? error.error : error
    note(error)
    return `not all could be written down: ${reasonOf(last)}`
  }
}

interface Parts {
  readonly events: Events
  readonly house: Household
  readonly jobs: JobKeeper
  readonly followUps: FollowUpKeeper
  readonly boards: BoardKeeper
  readonly reports: ReportKeeper
  readonly storeKeeper: StoreKeeper
  readonly loop: Loop
  readonly reload: () => Promise<ReloadOutcome>
  readonly exit: Exit
}

function describeDeps({ config, self }: Ground, parts: Parts): Deps {
  return {
    clock: systemClock,
    events: parts.events,
    self,
    house: parts.house.desk,
    jobs: parts.jobs.desk,
    followUps: parts.followUps.desk,
    boards: parts.boards.desk,
    reports: parts.reports.desk,
    store: parts.storeKeeper.now,
    config: config.now,
    warnings: () => [...config.now().warnings, ...parts.loop.failing()],
    turn: parts.loop.turn,
    reload: parts.reload,
    stop: parts.exit.leave,
  }
}

async function openDoor(undo: AsyncDisposableStack, api: Api, path: string): Promise<void> {
  const socket = await listenOn(api.server, path)
  undo.defer(async () => {
    socket.remove()
    await api.close(CLOSE_DEADLINE_MS)
  })
}

/** The last event is kept before the store closes, if it can be kept at all. */
async function sayGoodbye(events: Events, store: StoreKeeper, exit: Exit): Promise<void> {
  const why = exit.code() === 0 ? 'all in order' : 'a mistake in the program'
  events.emit({ type: 'daemon_stopped', clean: exit.code() === 0, why })
  try {
    await events.flush()
  } finally {
    await store.close()
  }
}
