import { type Api, createApi } from '../api/server.ts'
import { createEvents, type Events } from '../events.ts'
import { systemClock } from '../host/clock.ts'
import type { Previous } from '../host/lock-file.ts'
import { listenOn } from '../host/socket-file.ts'
import type { Deps, ReloadOutcome } from '../operations/deps.ts'
import { reloadEvent } from './current-config.ts'
import { keepLifecycle, type LifecycleKeeper } from './keep-lifecycle.ts'
import { keepStore, type StoreKeeper } from './keep-store.ts'
import { createLoop, type Loop } from './loop.ts'
import type { Daemon, Ground } from './start.ts'
import { buildSteps } from './steps.ts'
import { watchHome } from './watch-home.ts'

const CLOSE_DEADLINE_MS = 5_000

/** Store, recovery, socket, loop, watchers. What is begun here is handed to `undo` at once. */
export async function furnish(undo: AsyncDisposableStack, ground: Ground): Promise<Daemon> {
  const { config, log, paths } = ground
  const storeKeeper = keepStore(paths, systemClock)
  const events = createEvents({ store: storeKeeper.now, log, clock: systemClock })
  const exit = createExit(events, log.bug)
  undo.defer(() => sayGoodbye(events, storeKeeper, exit))
  const lifecycle = await keepLifecycle(systemClock, paths.lifecycle, storeKeeper.now)
  const loop = buildLoop(ground, { events, lifecycle, storeKeeper, leave: exit.leave })

  async function reload(): Promise<ReloadOutcome> {
    const outcome = await config.reload()
    log.setLevel(config.now().config.log.level)
    events.emit(reloadEvent(outcome))
    loop.wake()
    return outcome
  }

  const deps = describeDeps(ground, { events, lifecycle, storeKeeper, loop, reload, exit })
  const api = createApi({ ...deps, activity: noteActivity(lifecycle, loop), bug: exit.bug })
  await openDoor(undo, api, paths.socket)
  undo.defer(() => loop.stop())
  const reloadSoon = (): void => {
    reload().catch(exit.bug)
  }
  undo.use(watchHome({ paths, wake: loop.wake, reload: reloadSoon, emit: events.emit }))
  tellBeginning(ground, events, storeKeeper)
  loop.start()
  const gone = exit.asked.then(() => undo.disposeAsync()).then(exit.code)
  return { self: ground.self, stop: exit.leave, bug: exit.bug, reload: reloadSoon, gone }
}

interface Furniture {
  readonly events: Events
  readonly lifecycle: LifecycleKeeper
  readonly storeKeeper: StoreKeeper
}

interface Exit {
  leave(why: string): void
  bug(error: unknown): void
  /** Why we leave, once we do. */
  readonly asked: Promise<string>
  code(): number
}

function createExit(events: Events, logBug: (error: unknown) => void): Exit {
  const { promise: asked, resolve } = Promise.withResolvers<string>()
  let leaving = false
  let code = 0

  function leave(why: string): void {
    if (leaving) return
    leaving = true
    events.emit({ type: 'daemon_stopping', why })
    resolve(why)
  }

  function bug(error: unknown): void {
    code = 1
    logBug(error)
    leave('a mistake in the program; the log has the details')
  }

  return { leave, bug, asked, code: () => code }
}

function buildLoop(
  ground: Ground,
  { events, lifecycle, storeKeeper, leave }: Furniture & { leave: (why: string) => void },
): Loop {
  const { config, lock, logFile, paths } = ground
  return createLoop({
    clock: systemClock,
    emit: events.emit,
    tickMs: () => config.now().config.tick,
    steps: buildSteps({
      clock: systemClock,
      paths,
      lock,
      events,
      lifecycle,
      logFile,
      store: storeKeeper.now,
      leave,
      mendStore: async (why) => events.emit(await storeKeeper.replace(why)),
    }),
  })
}

function describeDeps(
  { config, self }: Ground,
  more: Furniture & { loop: Loop; reload: () => Promise<ReloadOutcome>; exit: Exit },
): Deps {
  return {
    clock: systemClock,
    events: more.events,
    self,
    store: more.storeKeeper.now,
    config: config.now,
    lifecycle: more.lifecycle.now,
    warnings: () => [...config.now().warnings, ...more.loop.failing()],
    reload: more.reload,
    stop: more.exit.leave,
  }
}

function noteActivity(lifecycle: LifecycleKeeper, loop: Loop): () => void {
  return () => {
    lifecycle.activity()
    loop.wake()
  }
}

async function openDoor(undo: AsyncDisposableStack, api: Api, path: string): Promise<void> {
  const socket = await listenOn(api.server, path)
  undo.defer(async () => {
    socket.remove()
    await api.close(CLOSE_DEADLINE_MS)
  })
}

function tellBeginning({ previous, self }: Ground, events: Events, store: StoreKeeper): void {
  if (previous !== null) {
    const { text: holder, verdict, reason: why } = previous
    events.emit({ type: 'lock_taken_over', holder, verdict, why })
  }
  events.emit({
    type: 'daemon_started',
    pid: self.pid,
    version: self.version,
    previous: how(previous),
  })
  if (store.setAside !== undefined) events.emit(store.setAside)
}

function how(previous: Previous | null): string | null {
  return previous === null ? null : `one that did not leave in order (${previous.reason})`
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
