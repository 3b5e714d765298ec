import type { EventView, StatusView } from '../contract/shapes.ts'
import { resolvePaths } from '../host/paths.ts'
import { createClient } from './client.ts'
import { followEvents } from './follow-events.ts'

export interface ConnectOptions {
  /** The home to work with; `CURFEW_HOME` or your data folder when left out. */
  readonly home?: string
}

/** A program's line to the daemon. Nothing is opened until it is used. */
export interface Connection {
  /** The state of the house; undefined when no daemon runs. */
  status(): Promise<StatusView | undefined>
  /** What happened, newest first; undefined when no daemon runs. */
  events(query?: {
    limit?: number
    before?: number
    after?: number
  }): Promise<EventView[] | undefined>
  /** Hands on what happens after the event of that id; resolves when the daemon stays away. */
  follow(after: number, onEvent: (event: EventView) => void): Promise<'no_daemon'>
  /** Starts the daemon unless one runs. */
  start(): Promise<'started' | 'running'>
  /** Ends the daemon; resolves when its process is gone. */
  stop(why: string): Promise<{ stopped: false } | { stopped: true; pid: number }>
}

/** `launcher` starts a daemon of the same build as this library. */
export function connectWith(launcher: string, options: ConnectOptions): Connection {
  const paths = resolvePaths(options.home, process.env)
  const chosen = options.home !== undefined || (process.env.CURFEW_HOME ?? '') !== ''
  const client = createClient({
    paths,
    command: { argv: [launcher], home: chosen ? paths.home : undefined },
    environment: process.env,
    mayStart: async () => true,
  })
  return {
    status: () => client.ask('status', {}),
    events: (query = {}) => client.ask('events', query),
    follow: (after, onEvent) => followEvents(paths, after, onEvent),
    start: () => client.start(),
    stop: (why) => client.stop(why),
  }
}
