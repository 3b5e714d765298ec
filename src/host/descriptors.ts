import { closeSync, openSync } from 'node:fs'
import { errorCode } from './system-error.ts'

const PAUSE_MS = 20
const cell = new Int32Array(new SharedArrayBuffer(4))
let isResting = false

/** Whether one more file could be opened. */
export function areDescriptorsLeft(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EMFILE' || code === 'ENFILE') return false
    throw error
  }
}

/**
 * Slows the whole program down until there is a descriptor again. A caller who cannot be let in makes
 * Node try without end and without a word to us; there is no way to stop accepting, only to rest between tries.
 */
export function restUntilDescriptorsAreLeft(): void {
  if (!isResting) rest()
}

function rest(): void {
  isResting = !areDescriptorsLeft()
  if (!isResting) return
  Atomics.wait(cell, 0, 0, PAUSE_MS)
  setImmediate(rest)
}
