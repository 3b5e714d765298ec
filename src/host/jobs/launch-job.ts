import { failedDoing } from '../system-error.ts'
import { nameErrno } from './exit-file.ts'
import type { Launcher, LaunchOrder } from './launcher.ts'

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

/**
 * Hands a job to a waiter of its own and returns as soon as that has it. A launcher that dies over it is replaced:
 * the start fence keeps two waiters from running the same job.
 */
export async function launchJob(
  source: LauncherSource,
  order: LaunchOrder,
): Promise<LaunchOutcome> {
  for (let tries = 1; ; tries += 1) {
    const launcher = await source.get()
    const reply = await launcher.launch(order)
    if (reply.kind === 'running') return { kind: 'launched' }
    if (reply.kind === 'taken') return { kind: 'taken' }
    if (reply.kind === 'failed') {
      return { kind: 'refused', step: reply.step, errno: nameErrno(reply.errno) }
    }
    if (tries === MOST_TRIES) throw failedDoing(`launching ${order.paths.run}`, reply.why)
  }
}
