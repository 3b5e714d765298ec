import { type PartialIdentity, selfIdentity } from '../host/identity.ts'
import { resolvePaths } from '../host/paths.ts'
import { type Beating, startHeartbeat } from './heartbeat.ts'

export interface AttendOptions {
  /** A name for people. */
  readonly label?: string
  /** The session this program belongs to; `CURFEW_SESSION` when left out. */
  readonly session?: string
  /** The home to attend; `CURFEW_HOME` or your data folder when left out. */
  readonly home?: string
  /** You will call `activity()`, and count as idle until you do. Without it, being there counts as activity. */
  readonly tellsActivity?: boolean
  /** Every 30 s when left out. */
  readonly refreshMs?: number
  /** Sees to it that a daemon runs. Without it, or when it fails, a file in `wake/` asks for one. */
  readonly ensureDaemon?: () => unknown
}

/** Somebody who is awake. */
export interface Wrapper {
  readonly uuid: string
  /** The heartbeat's file. */
  readonly path: string
  /** Says that you did something. */
  activity(): void
  /** Says why the house does not hear of you at the moment; undefined when all is well. */
  problem(): string | undefined
  /** Says that you are gone. It also happens by itself when the process exits. */
  leave(): void
  [Symbol.dispose](): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Makes this program known as awake until it leaves. Never throws, and never keeps the program alive. */
export function attend(options: AttendOptions = {}): Wrapper {
  const beating = tryToBeat(options)
  return {
    uuid: beating.uuid,
    path: beating.path(),
    activity: beating.activity,
    problem: beating.problem,
    leave: beating.leave,
    [Symbol.dispose]: beating.leave,
    [Symbol.asyncDispose]: async () => beating.leave(),
  }
}

function tryToBeat(options: AttendOptions): Beating {
  const { home, session = process.env.CURFEW_SESSION, ...rest } = options
  try {
    return startHeartbeat({ ...rest, session, paths: resolvePaths(home, process.env), of: self() })
  } catch (error) {
    return silence(error instanceof Error ? error.message : String(error))
  }
}

/** Without its start a process is known by its number alone, which is better than not at all. */
function self(): PartialIdentity {
  try {
    return selfIdentity()
  } catch (error) {
    if (error instanceof Error) return { pid: process.pid }
    throw error
  }
}

/** What is left where there is no place for a heartbeat. */
function silence(problem: string): Beating {
  const nothing = (): void => undefined
  return {
    uuid: '',
    path: () => '',
    follow: nothing,
    activity: nothing,
    refresh: nothing,
    leave: nothing,
    problem: () => problem,
  }
}
