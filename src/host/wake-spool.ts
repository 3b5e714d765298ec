import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isThere } from './file-exists.ts'
import type { Paths } from './paths.ts'
import { failedDoing, isMissing } from './system-error.ts'

/** Takes every wake signal that lies there; says by what names. A signal is used up by being seen. */
export function consumeWakeSignals(paths: Paths): string[] {
  const names = namesIn(paths.wake)
  for (const name of names) remove(join(paths.wake, name))
  if (!isThere(paths.wakeSignal)) return names
  remove(paths.wakeSignal)
  return [...names, 'wake.signal']
}

/** Whether somebody calls, without using the call up. */
export function areWakeSignalsThere(paths: Paths): boolean {
  return namesIn(paths.wake).length > 0 || isThere(paths.wakeSignal)
}

/** Only a folder of its own: what a link leads to is not ours to empty. */
function namesIn(folder: string): string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder) : []
  } catch (error) {
    if (isMissing(error)) return []
    throw failedDoing(`reading ${folder}`, error)
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    throw failedDoing(`removing ${path}`, error)
  }
}
