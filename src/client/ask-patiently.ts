import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '../domain/problem.ts'
import { systemClock } from '../host/clock.ts'

export interface Question<Value> {
  /** The answer may be held back so long; undefined when no daemon runs. */
  ask(waitMs: number, timeoutMs: number): Promise<Value | undefined>
  isEnough(value: Value): boolean
  /** What can be told while no daemon answers. */
  readonly lookOffline?: (() => Promise<Value>) | undefined
  /** After it there is no more waiting, enough or not. */
  readonly timeoutMs: number
  /** The longest that the daemon may hold back an answer. */
  readonly sliceMs?: number
  /** Told once, each time that a daemon is there and says nothing. */
  readonly onSilent?: (() => void) | undefined
  /** Why it ends when no daemon comes back. */
  readonly stayedAway: ProblemError['problem']
}

/** The first is short, so that a daemon that stands still is told of soon. */
const FIRST_SLICE_MS = 2_000
const SLICE_MS = 15_000
/** So late an answer is worth a word. */
const SILENT_MS = 3_000
/** The answer may be that much later than it was to be. */
const LATE_MS = 10_000
const RETRY_MS = 250
/** A daemon that is restarted is waited for, as is one that stands still; one that goes on so ends it. */
const PATIENCE_MS = 15_000

/** Asks until the answer is enough or the time is over, whatever becomes of the daemon meanwhile. */
export async function askPatiently<Value>(question: Question<Value>): Promise<Value> {
  const { isEnough, lookOffline, sliceMs = SLICE_MS } = question
  const deadline = systemClock.monotonicMs() + question.timeoutMs
  const tellSilence = onceEachTime(question.onSilent)
  let longestMs = Math.min(FIRST_SLICE_MS, sliceMs)
  let aloneSince: number | undefined
  for (;;) {
    const askedAt = systemClock.monotonicMs()
    const waitMs = Math.round(Math.max(0, Math.min(longestMs, deadline - askedAt)))
    const look = await lookOnce(question, waitMs, tellSilence)
    const value = look.kind === 'answer' ? look.value : await lookOffline?.()
    const now = systemClock.monotonicMs()
    if (value !== undefined && (isEnough(value) || now >= deadline)) return value
    if (look.kind === 'answer') aloneSince = undefined
    else aloneSince ??= Math.min(now, askedAt + waitMs)
    if (look.kind === 'nobody' && now - (aloneSince ?? now) > PATIENCE_MS) throw look.error
    longestMs = Math.min(longestMs * 2, sliceMs)
    // A daemon that is leaving answers at once.
    if (now - askedAt < waitMs) await delay(RETRY_MS)
  }
}

type Look<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'nobody'; readonly error: ProblemError }

/** An answer that did not come is no answer yet: the machine may have slept, the daemon may be on its way out. */
async function lookOnce<Value>(
  { ask, stayedAway }: Question<Value>,
  waitMs: number,
  tellSilence: (silent: boolean) => void,
): Promise<Look<Value>> {
  const timer = setTimeout(tellSilence, waitMs + SILENT_MS, true)
  try {
    const value = await ask(waitMs, waitMs + LATE_MS)
    if (value === undefined) return { kind: 'nobody', error: new ProblemError(stayedAway) }
    tellSilence(false)
    return { kind: 'answer', value }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'failed') throw error
    return { kind: 'nobody', error }
  } finally {
    clearTimeout(timer)
  }
}

function onceEachTime(tell: (() => void) | undefined): (silent: boolean) => void {
  let told = false
  return (silent) => {
    if (silent && !told) tell?.()
    told = silent
  }
}
