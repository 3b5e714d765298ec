import type { EventView, StatusView, WrapperView } from '../contract/shapes.ts'
import { resolvePaths } from '../host/paths.ts'
import type { Client } from './client.ts'
import { type BoardConnection, connectBoards } from './connect-boards.ts'
import { connectFollowUps, type FollowUpConnection } from './connect-follow-ups.ts'
import { connectJobs, type JobConnection } from './connect-jobs.ts'
import { connectReports, type ReportConnection } from './connect-reports.ts'
import { connectTasks, type TaskConnection } from './connect-tasks.ts'
import type { FollowOptions } from './follow-events.ts'

export interface ConnectOptions {
  /** The home to work with; `CURFEW_HOME` or your data folder when left out. */
  readonly home?: string | undefined
}

/** A program's line to the daemon. Nothing is loaded or opened until it is used. */
export interface Connection extends JobConnection, FollowUpConnection, ReportConnection {
  readonly boards: BoardConnection
  readonly tasks: TaskConnection
  /** The state of the house; undefined when no daemon runs. */
  status(): Promise<StatusView | undefined>
  /** Who is awake; undefined when no daemon runs. */
  wrappers(): Promise<WrapperView[] | undefined>
  /** What happened, newest first; undefined when no daemon runs. */
  events(query?: EventsQuery): Promise<EventView[] | undefined>
  /**
   * Hands on what happens after the event of that id. While no daemon runs it waits for the next one and
   * starts none; resolves when the signal says that it is enough, never without one.
   */
  follow(after: number, onEvent: (event: EventView) => void, options?: FollowOptions): Promise<void>
  /** Wakes the house; starts the daemon where none runs. */
  wake(by?: string): Promise<StatusView>
  /** Sends the house to bed. */
  bedtime(options?: { force?: boolean }): Promise<StatusView>
  /** Starts the daemon unless one runs. */
  start(): Promise<'started' | 'running'>
  /** Ends the daemon; resolves when its process is gone. */
  stop(why: string): Promise<{ stopped: false } | { stopped: true; pid: number }>
}

export interface EventsQuery {
  readonly limit?: number
  readonly before?: number
  readonly after?: number
}

/** `launcher` starts a daemon of the same build as this library. */
export function connectWith(launcher: string, options: ConnectOptions): Connection {
  const paths = resolvePaths(options.home, process.env)
  const chosen = options.home !== undefined || (process.env.CURFEW_HOME ?? '') !== ''
  let known: Promise<Client> | undefined

  async function connect(): Promise<Client> {
    const { createClient } = await import('./client.ts')
    return createClient({
      paths,
      command: { argv: [launcher], home: chosen ? paths.home : undefined },
      environment: process.env,
      mayStart: async () => true,
    })
  }

  async function ask<Answer>(question: (client: Client) => Promise<Answer>): Promise<Answer> {
    known ??= connect()
    return question(await known)
  }

  return {
    status: () => ask((client) => client.ask('status', {})),
    wrappers: () => ask((client) => client.ask('wrappers', {})),
    events: (query = {}) => ask((client) => client.ask('events', query)),
    follow: async (after, onEvent, options) => {
      const { followEvents } = await import('./follow-events.ts')
      return followEvents(paths, after, onEvent, options)
    },
    wake: (by) => ask((client) => client.demand('wake', by === undefined ? {} : { by })),
    bedtime: (wish = {}) => ask((client) => client.demand('bedtime', wish)),
    start: () => ask((client) => client.start()),
    stop: (why) => ask((client) => client.stop(why)),
    boards: connectBoards(ask),
    tasks: connectTasks(ask, paths),
    ...connectJobs(ask),
    ...connectFollowUps(ask),
    ...connectReports(ask),
  }
}
