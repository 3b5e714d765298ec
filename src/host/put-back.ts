import { linkSync, renameSync, unlinkSync } from 'node:fs'
import { errorCode } from './system-error.ts'

/** A link never replaces: should there be a newer file by now, that one stays. */
export function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return renameSync(aside, path)
  }
  unlinkSync(aside)
}
