import { readFileSync } from 'node:fs'
import { errorCode } from './system-error.ts'

/** Ours, in octal, as `umask` prints it; undefined where nobody tells. */
export function ownUmask(): string | undefined {
  return toldBySystem() ?? toldBySetting()
}

function toldBySystem(): string | undefined {
  try {
    return /^Umask:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return undefined
  }
}

/** Elsewhere only setting it tells. What other threads make in this moment is too private, not too open. */
function toldBySetting(): string | undefined {
  try {
    const umask = process.umask(0o077)
    process.umask(umask)
    return umask.toString(8).padStart(4, '0')
  } catch (error) {
    // Only the main thread may.
    if (errorCode(error) === 'ERR_WORKER_UNSUPPORTED_OPERATION') return undefined
    throw error
  }
}
