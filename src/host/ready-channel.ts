import { closeSync, writeSync } from 'node:fs'
import type { Problem } from '../domain/problem.ts'
import { errorCode } from './system-error.ts'

/** The descriptor on which a daemon tells the client that started it how that went. */
export const READY_FD = 3

export type ReadyMessage =
  | { readonly ready: true; readonly pid: number }
  | { readonly ready: false; readonly problem: Problem }

/** Says it once; with nobody listening it says nothing. The name is taken out of the environment that jobs inherit. */
export function openReadyChannel(
  environment: Record<string, string | undefined>,
): (message: ReadyMessage) => void {
  let open = environment.CURFEW_READY_FD === String(READY_FD)
  delete environment.CURFEW_READY_FD
  return (message) => {
    if (!open) return
    open = false
    try {
      writeSync(READY_FD, `${JSON.stringify(message)}\n`)
      closeSync(READY_FD)
    } catch (error) {
      // The client that wanted to know is gone, which is its right.
      if (errorCode(error) !== 'EPIPE' && errorCode(error) !== 'EBADF') throw error
    }
  }
}
