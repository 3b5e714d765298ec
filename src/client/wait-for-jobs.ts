import type { JobView, WaitView } from '../contract/jobs.ts'
import { isEndedStatus } from '../domain/job.ts'
import { askPatiently } from './ask-patiently.ts'
import type { Client } from './client.ts'

export interface WaitOptions {
  /** After it the answer says that not all have ended; without it there is no end to waiting. */
  readonly timeoutMs?: number | undefined
  /** What is on record of them, for as long as no daemon runs. */
  readonly lookOffline?: ((ids: readonly number[]) => Promise<readonly JobView[]>) | undefined
  /** Something else than their end that is worth coming back for; then it is looked for often. */
  readonly orWhen?: ((jobs: readonly JobView[]) => boolean) | undefined
  /** Told once, each time that a daemon is there and says nothing. */
  readonly onSilent?: (() => void) | undefined
}

const SHORT_SLICE_MS = 1_000

/** Resolves when all of them have ended, whatever becomes of the daemon meanwhile. */
export function waitForJobs(
  client: Client,
  ids: readonly number[],
  { timeoutMs = Infinity, lookOffline, orWhen, onSilent }: WaitOptions,
): Promise<WaitView> {
  return askPatiently<WaitView>({
    ask: (waitMs, limitMs) => client.ask('wait', { ids, wait: `${waitMs}ms` }, limitMs),
    isEnough: ({ ended, jobs }) => ended || orWhen?.(jobs) === true,
    timeoutMs,
    onSilent,
    stayedAway: STAYED_AWAY,
    ...(orWhen === undefined ? {} : { sliceMs: SHORT_SLICE_MS }),
    ...(lookOffline === undefined
      ? {}
      : { lookOffline: async () => viewOf(await lookOffline(ids)) }),
  })
}

function viewOf(jobs: readonly JobView[]): WaitView {
  return { jobs, ended: jobs.every(({ status }) => isEndedStatus(status)) }
}

const STAYED_AWAY = {
  kind: 'no_daemon',
  message: 'no daemon runs, and not all of the jobs are known to have ended',
  hint: 'the jobs go on; `curfew start`, then wait again',
} as const
