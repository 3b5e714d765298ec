import type { Config } from '../config.ts'
import type { ChoreEnd, ChoreRun, ChoreSpec, ChoreStop } from '../domain/chores.ts'
import type { Clock } from '../host/clock.ts'
import { choreLogPath } from '../host/chore-log.ts'
import { startChoreCommand } from '../host/run-chore.ts'
import type { Paths } from '../host/paths.ts'
import { reasonOf } from '../host/system-error.ts'
import { configuredChores } from '../operations/configured-chores.ts'
import type { BuiltInChore } from './builtin-chores.ts'

/** The one chore that runs, and how it came to its end. */
export interface ChoreKeeper {
  list(config: Config): readonly ChoreSpec[]
  run(): ChoreRun | null
  start(name: string, run: number, config: Config): void
  stop(why: ChoreStop): void
  /** Its end is taken in. */
  settle(run: number): void
  /** Ends what runs and resolves with how that went; null when nothing ran. */
  leave(): Promise<ChoreRun | null>
  /** Where the output of a user's chore is kept. */
  logOf(name: string): string
}

export interface ChoreDeps {
  readonly paths: Paths
  readonly clock: Clock
  readonly builtIns: ReadonlyMap<string, BuiltInChore>
  readonly config: () => Config
  /** One began or ended: the next turn should come soon. */
  readonly changed: () => void
}

interface Running {
  state: ChoreRun
  readonly stop: () => void
  readonly ended: Promise<void>
}

export function keepChores(deps: ChoreDeps): ChoreKeeper {
  let running: Running | undefined

  function begin(run: number, work: { stop: () => void; end: Promise<ChoreEnd> }): void {
    const beganMs = deps.clock.monotonicMs()
    const ended = work.end.then((end) => {
      const tookMs = deps.clock.monotonicMs() - beganMs
      if (running?.state.run !== run) return
      running.state = { run, state: 'ended', stop: running.state.stop, end, tookMs }
      deps.changed()
    })
    running = { state: { run, state: 'running', stop: null }, stop: work.stop, ended }
    // Its time counts from now, not from the next tick.
    deps.changed()
  }

  function stop(why: ChoreStop): void {
    if (running?.state.state !== 'running') return
    if (running.state.stop === null) running.state = { ...running.state, stop: why }
    running.stop()
  }

  return {
    list: configuredChores,
    run: () => running?.state ?? null,
    start: (name, run, config) => begin(run, work(deps, name, config)),
    stop,
    settle: (run) => {
      if (running?.state.run === run) running = undefined
    },
    leave: async () => {
      if (running === undefined) return null
      stop('leaving')
      await running.ended
      return running.state
    },
    logOf: (name) => choreLogPath(deps.paths, name),
  }
}

function work(
  { builtIns, paths }: ChoreDeps,
  name: string,
  config: Config,
): { stop: () => void; end: Promise<ChoreEnd> } {
  const builtIn = builtIns.get(name)
  if (builtIn !== undefined) return workOf(builtIn)
  const chore = config.chores.find((each) => each.name === name)
  if (chore === undefined) {
    const end: ChoreEnd = { kind: 'unstartable', reason: 'it is no longer in the config' }
    return { stop: () => undefined, end: Promise.resolve(end) }
  }
  return startChoreCommand({ name, command: chore.command, paths })
}

function workOf(chore: BuiltInChore): { stop: () => void; end: Promise<ChoreEnd> } {
  const stop = new AbortController()
  const end = chore(stop.signal).then(
    (note): ChoreEnd => ({ kind: 'done', note }),
    (error: unknown): ChoreEnd => ({ kind: 'failed', reason: wordsOf(error) }),
  )
  return { stop: () => stop.abort(), end }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : reasonOf(error)
}
