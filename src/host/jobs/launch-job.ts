import { failedDoing } from '../system-error.ts'
import { nameErrno } from './exit-file.ts'
import { cancelIfNotStarted } from './start-fence.ts'
import type { Launcher, LaunchOrder, LaunchReply } from './launcher.ts'

export type LaunchOutcome =
  /** Its waiter runs, or has run: the record tells the rest. */
  | { readonly kind: 'launched' }
  /** Another waiter has it, or it was cancelled: look at the fence. */
  | { readonly kind: 'taken' }
  /** Nothing has run; `errno` says why (ENOSPC, EAGAIN …). It may be tried again. */
  | { readonly kind: 'refused'; readonly step: string; readonly errno: string }

export interface LauncherSource {
  /** The one that is open, or a new one. */
  get(): Promise<Launcher>
}

const MOST_TRIES = 5
const MOST_SILENT_MS = 30_000
const SILENCE = { kind: 'silent' } as const

type Silence = typeof SILENCE

/**
 * Hands a job to a waiter of its own and returns as soon as that has it. A launcher that dies over it is replaced:
 * the start fence keeps two waiters from running the same job. One that says nothing is not waited for.
 */
export async function launchJob(
  source: LauncherSource,
  order: LaunchOrder,
  mostSilentMs = MOST_SILENT_MS,
): Promise<LaunchOutcome> {
  for (let tries = 1; ; tries += 1) {
    const launcher = await source.get()
    const reply = await replyWithin(mostSilentMs, launcher, order)
    if (reply.kind === 'running') return { kind: 'launched' }
    if (reply.kind === 'taken') return { kind: 'taken' }
    if (reply.kind === 'silent') {
      const errno = `the launcher did not answer for ${mostSilentMs / 1000} s`
      return { kind: 'refused', step: 'launcher', errno }
    }
    if (reply.kind === 'failed') {
      return { kind: 'refused', step: reply.step, errno: nameErrno(reply.errno) }
    }
    if (tries === MOST_TRIES) throw failedDoing(`launching ${order.paths.run}`, reply.why)
  }
}

/** The fence is burned before the launcher is killed: what it may still do comes to nothing, and no waiter is hit. */
async function replyWithin(
  ms: number,
  launcher: Launcher,
  order: LaunchOrder,
): Promise<LaunchReply | Silence> {
  const giveUp = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Silence>()
  const timer = setTimeout(() => resolve(SILENCE), ms)
  const reply = await Promise.race([launcher.launch(order, giveUp.signal), promise]).finally(() =>
    clearTimeout(timer),
  )
  if (reply.kind !== 'silent') return reply
  if (cancelIfNotStarted(order.paths) === 'started') return { kind: 'taken' }
  giveUp.abort()
  return reply
}
