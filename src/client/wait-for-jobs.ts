import { setTimeout as delay } from 'node:timers/promises'
import type { JobView, WaitView } from '../contract/jobs.ts'
import { isEndedStatus } from '../domain/job.ts'
import { ProblemError } from '../domain/problem.ts'
import { systemClock } from '../host/clock.ts'
import type { Client } from './client.ts'

export interface WaitOptions {
  /** After it the answer says that not all have ended; without it there is no end to waiting. */
  readonly timeoutMs?: number | undefined
  /** What is on record of them, for as long as no daemon runs. */
  readonly lookOffline?: ((ids: readonly number[]) => Promise<readonly JobView[]>) | undefined
  /** Something else than their end that is worth coming back for; then it is looked for often. */
  readonly orWhen?: ((jobs: readonly JobView[]) => boolean) | undefined
}

/** The longest that the daemon holds back an answer. */
const SLICE_MS = 60_000
const SHORT_SLICE_MS = 1_000
/** The answer may be that much later than it was to be. */
const LATE_MS = 10_000
const RETRY_MS = 250
/** A daemon that is restarted is waited for; one that stays away ends it. */
const PATIENCE_MS = 15_000

/** Resolves when all of them have ended, whatever becomes of the daemon meanwhile. */
export async function waitForJobs(
  client: Client,
  ids: readonly number[],
  options: WaitOptions,
): Promise<WaitView> {
  const deadline = systemClock.monotonicMs() + (options.timeoutMs ?? Infinity)
  let aloneSince: number | undefined
  for (;;) {
    const askedAt = systemClock.monotonicMs()
    const waitMs = sliceOf(options, deadline - askedAt)
    const look = await ask(client, ids, waitMs)
    const view = look.kind === 'answer' ? look.view : await lookOffline(ids, options)
    const now = systemClock.monotonicMs()
    if (view !== undefined && (view.ended || options.orWhen?.(view.jobs) === true)) return view
    if (view !== undefined && now >= deadline) return { ...view, ended: false }
    aloneSince = look.kind === 'answer' ? undefined : (aloneSince ?? askedAt)
    if (look.kind !== 'answer' && now - (aloneSince ?? now) > PATIENCE_MS) throw look.error
    // A daemon that is leaving answers at once.
    if (now - askedAt < waitMs) await delay(RETRY_MS)
  }
}

function sliceOf({ orWhen }: WaitOptions, leftMs: number): number {
  const slice = orWhen === undefined ? SLICE_MS : SHORT_SLICE_MS
  return Math.round(Math.max(0, Math.min(slice, leftMs)))
}

type Look =
  | { readonly kind: 'answer'; readonly view: WaitView }
  | { readonly kind: 'nobody'; readonly error: ProblemError }

/** An answer that did not come is no answer yet: the machine may have slept, the daemon may be on its way out. */
async function ask(client: Client, ids: readonly number[], waitMs: number): Promise<Look> {
  try {
    const view = await client.ask('wait', { ids, wait: `${waitMs}ms` }, waitMs + LATE_MS)
    if (view !== undefined) return { kind: 'answer', view }
    return { kind: 'nobody', error: new ProblemError(STAYED_AWAY) }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'failed') throw error
    return { kind: 'nobody', error }
  }
}

async function lookOffline(
  ids: readonly number[],
  options: WaitOptions,
): Promise<WaitView | undefined> {
  if (options.lookOffline === undefined) return undefined
  const jobs = await options.lookOffline(ids)
  return { jobs, ended: jobs.every(({ status }) => isEndedStatus(status)) }
}

const STAYED_AWAY = {
  kind: 'no_daemon',
  message: 'no daemon runs, and not all of the jobs are known to have ended',
  hint: 'the jobs go on; `curfew start`, then wait again',
} as const
