import type { HeartbeatStatus } from './heartbeat.ts'

/** Wrappers that hold tasks and are not to be seen, by when that was noticed, on the monotonic clock. */
export type Missing = ReadonlyMap<string, number>

export interface HolderLook {
  /** Wrappers that hold something. */
  readonly holding: readonly string[]
  readonly seen: ReadonlyMap<string, HeartbeatStatus>
  readonly missing: Missing
  readonly nowMs: number
  /** Until then nobody is given up. */
  readonly graceUntilMs: number
  /** One that is not seen for so long has left. */
  readonly afterMs: number
}

/** Which of those that hold something are gone for good, with the reason, and which only cannot be seen right now. */
export function findGone({ afterMs, graceUntilMs, holding, missing, nowMs, seen }: HolderLook): {
  readonly gone: ReadonlyMap<string, string>
  readonly missing: Missing
} {
  const gone = new Map<string, string>()
  const still = new Map<string, number>()
  for (const uuid of holding) {
    const status = seen.get(uuid)
    if (status === 'orphan') gone.set(uuid, 'the process of its wrapper is gone')
    if (status !== undefined) continue
    const sinceMs = missing.get(uuid) ?? nowMs
    const isOver = nowMs - sinceMs >= afterMs && nowMs >= graceUntilMs
    if (isOver) gone.set(uuid, 'its wrapper has left')
    else still.set(uuid, sinceMs)
  }
  return { gone, missing: still }
}
