import { statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { isExecutable } from './is-executable.ts'

/** Whether a command of that name can be started in that folder. */
export function isProgram(name: string, folder: string, searchPath: string | undefined): boolean {
  if (name.includes('/')) return canRun(resolve(folder, name))
  const folders = (searchPath ?? '').split(delimiter)
  return folders.some((each) => canRun(resolve(folder, each, name)))
}

function canRun(path: string): boolean {
  // A folder may be entered, which counts as that too.
  return isExecutable(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
