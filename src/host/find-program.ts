import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'

/** Whether a command of that name can be started in that folder. */
export function isProgram(name: string, folder: string, searchPath: string | undefined): boolean {
  if (name.includes('/')) return canRun(isAbsolute(name) ? name : resolve(folder, name))
  const folders = (searchPath ?? '').split(delimiter)
  return folders.some((each) => canRun(resolve(folder, each, name)))
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
