import type { ProcessLook } from './process-look.ts'

/** What a file in a wrappers folder turned out to hold. */
export type HeartbeatContent = Heartbeat | TornHeartbeat | HostileFile

export interface Heartbeat {
  readonly kind: 'heartbeat'
  readonly pid: number
  readonly uuid: string
  /** On the writer's clock, like every time in here; null where it is no date. */
  readonly startedAtMs: number | null
  readonly lastRefreshMs: number | null
  readonly processStart?: string | undefined
  readonly bootId?: string | undefined
  readonly hostname?: string | undefined
  readonly label?: string | undefined
  readonly session?: string | undefined
  readonly lastActivityMs?: number | undefined
}

/** Not readable as a heartbeat: all that is known stands in the file's name. */
export interface TornHeartbeat {
  readonly kind: 'torn'
  readonly pid: number | null
  readonly uuid: string | null
  /** Continues "the file …". */
  readonly reason: string
}

/** Nothing that a wrapper writes: listed, and never taken for alive. */
export interface HostileFile {
  readonly kind: 'hostile'
  /** Continues "the file …". */
  readonly reason: string
  /** False for what may hold somebody's things, such as a folder. */
  readonly removable: boolean
}

/** One look at one file. */
export interface Sighting {
  readonly content: HeartbeatContent
  readonly mtimeMs: number
  /** Differs if and only if the file changed. */
  readonly stamp: string
  /** What the process number that the file names shows now; `gone` where it names none. */
  readonly look: ProcessLook
}

/** When and where a look happens. */
export interface Moment {
  readonly wallMs: number
  readonly monotonicMs: number
  /**
   * On the monotonic clock. After the machine slept, a turn came late or the clock was set, the loop
   * puts it a full `staleAfterMs` ahead: until then nobody is called stale, and nothing is swept.
   */
  readonly graceUntilMs: number
  readonly hostname: string
  readonly bootId: string
}

export interface HeartbeatRules {
  readonly staleAfterMs: number
  /** Looks that condemn a file are at least so far apart: the tick. */
  readonly sweepAfterMs: number
}

/** What is remembered of a file from look to look. All times are on the monotonic clock. */
export interface Watched {
  readonly stamp: string
  readonly pid: number | null
  readonly uuid: string | null
  /** Since when the file has been as it is, as far as we saw. */
  readonly unchangedSinceMs: number
  /** Our own observation; only at first sight what the file says. */
  readonly refreshedMs: number
  readonly seenChanging: boolean
  /** Start of the process that is known to be the writer, once it is known. */
  readonly writerStart: string | null
  readonly badSinceMs: number | null
  readonly lastActivityMs: number | null
  readonly activeMs: number
}

export type HeartbeatStatus = 'fresh' | 'stale' | 'orphan'

export interface HeartbeatVerdict {
  readonly watched: Watched
  readonly status: HeartbeatStatus
  /** Why, as half a sentence. */
  readonly reason: string
  /** Since the last refresh. */
  readonly ageMs: number
  /** Since the wrapper last acted; null for one that is not fresh. */
  readonly activeAgoMs: number | null
  /** Condemned on two looks that were a tick apart: may be removed if it is still unchanged. */
  readonly sweepable: boolean
}
