import { lstatSync, readdirSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isoTime } from '../domain/iso-time.ts'
import { START_SLACK_MS, type Verdict } from '../domain/lock.ts'
import { printableLine } from '../domain/printable.ts'
import { formatMarker } from '../formats/marker-text.ts'
import type { Marker } from '../formats/marker.ts'
import { TEMP_NAME, writeAtomically } from './atomic-write.ts'
import { systemClock } from './clock.ts'
import { isEnding, lookAt, selfIdentity } from './identity.ts'
import { type KernelLock, takeKernelLock } from './kernel-lock.ts'
import {
  type Holding,
  judgeHolder,
  type MarkerSeen,
  moveFolderAway,
  readMarker,
  readMarkerFile,
  removeMarker,
  stampOf,
} from './marker-file.ts'
import { failedDoing, isMissing, reasonOf } from './system-error.ts'

export interface LockPaths {
  readonly marker: string
  readonly database: string
}

export interface LockSelf {
  readonly hostname: string
  readonly version: string
  readonly startedAtMs: number
}

/** The marker that lay there before. */
export interface Previous {
  /** One line, safe to show. */
  readonly text: string
  readonly marker: Marker | null
  readonly verdict: Verdict
  readonly reason: string
}

export type LockAttempt =
  | {
      readonly held: true
      readonly lock: HomeLock
      readonly previous: Previous | null
      /** What was found out of order on the way and put right. */
      readonly notes: readonly string[]
    }
  /** `holder` is null when whoever has the lock has not said who it is. */
  | { readonly held: false; readonly holder: Marker | null }

export type LockCheck =
  /** `unsure` says why it could not be looked at just now: no proof that it is lost. */
  { readonly ok: true; readonly unsure?: string } | { readonly ok: false; readonly reason: string }

export interface HomeLock {
  /** Whether the home is still ours; two stats while nothing changed. */
  check(): LockCheck
  /** Removes our own marker, then lets the kernel's lock go. */
  release(): void
}

type Round =
  | { readonly kind: 'over'; readonly attempt: LockAttempt }
  | { readonly kind: 'not yet'; readonly holder: Marker | null }

/** How long a winner may take to write its marker, or a dying holder to be gone. */
const PATIENCE_MS = 2_000
const POLL_MS = 5

/** Takes the home for this process, or says who has it. The kernel decides, the marker tells. */
export async function takeLock(paths: LockPaths, self: LockSelf): Promise<LockAttempt> {
  const patienceEndsMs = systemClock.monotonicMs() + PATIENCE_MS
  for (;;) {
    const round = await tryOnce(paths, self)
    if (round.kind === 'over') return round.attempt
    if (systemClock.monotonicMs() >= patienceEndsMs) return { held: false, holder: round.holder }
    await delay(POLL_MS)
  }
}

async function tryOnce(paths: LockPaths, self: LockSelf): Promise<Round> {
  const attempt = takeKernelLock(paths.database)
  if (attempt.kind === 'busy') return findHolder(paths, self)
  try {
    const seen = await readMarker(paths.marker)
    const holding = judgeHolder(seen, self.hostname)
    if (seen.kind === 'marker' && holding.seenAlive) {
      attempt.lock.release()
      return { kind: 'not yet', holder: seen.marker }
    }
    const notes = [attempt.note, ...sweepTemps(dirname(paths.marker))].filter(
      (note) => note !== null,
    )
    const lock = moveIn(paths, self, attempt.lock)
    return {
      kind: 'over',
      attempt: { held: true, lock, previous: tellPrevious(seen, holding), notes },
    }
  } catch (error) {
    attempt.lock.release()
    throw error
  }
}

/** Somebody has the kernel's lock; a marker that cannot be theirs is about to be replaced. */
async function findHolder(paths: LockPaths, self: LockSelf): Promise<Round> {
  const seen = await readMarker(paths.marker)
  if (seen.kind !== 'marker') return { kind: 'not yet', holder: null }
  const { marker } = seen
  const { verdict } = judgeHolder(seen, self.hostname)
  if (verdict === 'foreign') return { kind: 'not yet', holder: marker }
  if (verdict !== 'held' && verdict !== 'ours') return { kind: 'not yet', holder: null }
  if (isEnding(marker.pid)) return { kind: 'not yet', holder: marker }
  return { kind: 'over', attempt: { held: false, holder: marker } }
}

function moveIn(paths: LockPaths, self: LockSelf, kernel: KernelLock): HomeLock {
  const text = ownMarker(self)
  moveFolderAway(paths.marker)
  try {
    writeAtomically(paths.marker, text, { durable: true, mode: 0o600 })
  } catch (error) {
    const doing = `writing lock marker ${paths.marker}${withdraw(paths.marker, text)}`
    throw failedDoing(doing, error, 'make room, or make the home writable again')
  }
  return holdHome(paths.marker, text, kernel)
}

/** It may lie there although writing it failed, and would keep others away for as long as we live. */
function withdraw(path: string, text: string): string {
  try {
    removeMarker(path, { kind: 'marker', text })
    return ''
  } catch (error) {
    return ` (and removing it again: ${reasonOf(error)})`
  }
}

function ownMarker({ hostname, startedAtMs, version }: LockSelf): string {
  const { pid, processStart, bootId } = selfIdentity()
  return formatMarker({
    pid,
    hostname,
    started_at: isoTime(startedAtMs),
    schema_version: 1,
    process_start: processStart,
    boot_id: bootId,
    version,
  })
}

function holdHome(path: string, text: string, kernel: KernelLock): HomeLock {
  let stamp = stampOf(path)
  let released = false

  function whyLost(): string | undefined {
    if (released) return 'it was let go'
    const lost = kernel.lost()
    if (lost !== undefined) return lost
    const now = stampOf(path)
    if (now === undefined) return `lock marker ${path} is gone`
    if (now === stamp) return undefined
    const changed = whatItSays(path, text)
    if (changed === undefined) stamp = now
    return changed
  }

  return {
    check: () => {
      try {
        const reason = whyLost()
        return reason === undefined ? { ok: true } : { ok: false, reason }
      } catch (error) {
        return { ok: true, unsure: reasonOf(error) }
      }
    },
    release: () => {
      if (released) return
      released = true
      try {
        removeMarker(path, { kind: 'marker', text })
      } finally {
        kernel.release()
      }
    },
  }
}

function whatItSays(path: string, ours: string): string | undefined {
  const file = readMarkerFile(path)
  if (file.kind === 'missing') return `lock marker ${path} is gone`
  if (file.kind === 'bad') return `lock marker ${path} ${file.reason}`
  return file.text === ours
    ? undefined
    : `lock marker ${path} is not ours any more: ${printableLine(file.text)}`
}

function tellPrevious(seen: MarkerSeen, { verdict, reason }: Holding): Previous | null {
  if (seen.kind === 'none') return null
  if (seen.kind === 'garbage') {
    return { text: printableLine(seen.text ?? 'no text'), marker: null, verdict, reason }
  }
  const { pid, hostname, started_at } = seen.marker
  const text = printableLine(`process ${pid} on ${hostname} since ${started_at}`)
  return { text, marker: seen.marker, verdict, reason: printableLine(reason) }
}

/** Temp files of writers that died half way. Only the holder writes in the home itself. */
function sweepTemps(home: string): string[] {
  const notes: string[] = []
  for (const name of readdirSync(home)) {
    const pid = TEMP_NAME.exec(name)?.[1]
    if (pid === undefined) continue
    try {
      const path = join(home, name)
      if (isLeftBehind(Number(pid), lstatSync(path).mtimeMs)) unlinkSync(path)
    } catch (error) {
      if (!isMissing(error)) notes.push(`could not remove ${name}: ${reasonOf(error)}`)
    }
  }
  return notes
}

/** We are not in the middle of writing one ourselves, so our own number means an earlier process too. */
function isLeftBehind(pid: number, writtenAtMs: number): boolean {
  if (pid === process.pid) return true
  const look = lookAt(pid)
  if (look.state !== 'alive') return look.state === 'gone'
  return look.startedAtMs > writtenAtMs + START_SLACK_MS
}
