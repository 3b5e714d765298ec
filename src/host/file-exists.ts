import { lstatSync } from 'node:fs'

/** Whether something lies at that path, whatever it is. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
