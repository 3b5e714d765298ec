import os from 'node:os'
import { join } from 'node:path'
import { isoTime } from '../domain/iso-time.ts'
import { unusedSuffix } from '../host/atomic-write.ts'
import { systemClock } from '../host/clock.ts'
import type { PartialIdentity } from '../host/identity.ts'
import { keepFile, leaveMark } from '../host/kept-file.ts'
import type { Paths } from '../host/paths.ts'
import { VERSION } from '../version.ts'

export interface HeartbeatOptions {
  readonly paths: Paths
  /** Whose life the heartbeat tells of. */
  readonly of: PartialIdentity
  readonly uuid?: string | undefined
  readonly label?: string | undefined
  readonly session?: string | undefined
  /** It says when it acts, and counts as idle until it does; otherwise being awake counts as activity. */
  readonly tellsActivity?: boolean | undefined
  readonly refreshMs?: number | undefined
  /** Called when somebody should be there to read the heartbeat: at the start, and on activity after a rest. */
  readonly ensureDaemon?: (() => unknown) | undefined
}

/** A file that says again and again that somebody is awake, until they leave. */
export interface Beating {
  readonly uuid: string
  path(): string
  /** Costs next to nothing: it is told with the next refresh, and at once only after a rest. */
  activity(): void
  refresh(): void
  /** From now on it tells of another process. */
  follow(process: PartialIdentity): void
  /** What keeps the heartbeat from being written at the moment. */
  problem(): string | undefined
  leave(): void
}

const REFRESH_MS = 30_000
const RETRY_MS = 5_000
const MOST_CHARACTERS = 256

/** Starts a heartbeat. It never throws, and never keeps the program alive. */
export function startHeartbeat(options: HeartbeatOptions): Beating {
  const { paths, uuid = newUuid(), refreshMs = REFRESH_MS } = options
  const pathFor = ({ pid }: PartialIdentity): string =>
    join(paths.wrappers, `heartbeat-${pid}-${uuid}.json`)
  const startedAtMs = systemClock.wallMs()
  let { of } = options
  let file = keepFile(pathFor(of))
  let activityMs = options.tellsActivity === true ? startedAtMs : undefined
  let activeMs = systemClock.monotonicMs()
  let timer: NodeJS.Timeout | undefined
  let problem: string | undefined
  let hasLeft = false

  function refresh(): void {
    if (hasLeft) return
    clearTimeout(timer)
    const last_refresh = isoTime(systemClock.wallMs())
    const last_activity = activityMs === undefined ? undefined : isoTime(activityMs)
    const fixed = describe(options, of, uuid, startedAtMs)
    problem = file.write(`${JSON.stringify({ ...fixed, last_refresh, last_activity })}\n`)
    const waitMs = problem === undefined ? refreshMs : Math.min(RETRY_MS, refreshMs)
    timer = setTimeout(refresh, waitMs).unref()
  }

  const ensure = (): void => ensureDaemon(options, uuid)
  refresh()
  ensure()
  return {
    uuid,
    path: () => pathFor(of),
    refresh,
    follow: (process) => {
      const before = file
      of = process
      file = keepFile(pathFor(of))
      refresh()
      before.remove()
    },
    activity: () => {
      const nowMs = systemClock.monotonicMs()
      const wasResting = nowMs - activeMs > refreshMs
      activityMs = systemClock.wallMs()
      activeMs = nowMs
      if (!wasResting || hasLeft) return
      refresh()
      ensure()
    },
    problem: () => problem,
    leave: () => {
      hasLeft = true
      clearTimeout(timer)
      file.remove()
    },
  }
}

/** Of the form of a random one. Nobody has to be kept from guessing it. */
export function newUuid(): string {
  const digits = unusedSuffix() + unusedSuffix() + unusedSuffix()
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`]
  return [...parts, `a${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-')
}

function describe(
  { label, session }: HeartbeatOptions,
  of: PartialIdentity,
  uuid: string,
  startedAtMs: number,
): object {
  return {
    pid: of.pid,
    uuid,
    started_at: isoTime(startedAtMs),
    wrapper_version: VERSION,
    schema_version: 1,
    hostname: os.hostname(),
    process_start: of.processStart,
    boot_id: of.bootId,
    label: shorten(label),
    session: shorten(session),
  }
}

/** Readers refuse what is longer. */
function shorten(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : String(text).slice(0, MOST_CHARACTERS)
}

/** Whoever cannot start a daemon leaves word for whoever can. */
function ensureDaemon({ ensureDaemon: ensure, paths }: HeartbeatOptions, uuid: string): void {
  const leaveWord = (): unknown => leaveMark(join(paths.wake, `wrapper-${uuid}`))
  if (ensure === undefined) return void leaveWord()
  // Within a promise, so that nothing that goes wrong at once is thrown into the program.
  void Promise.resolve().then(ensure).catch(leaveWord)
}
