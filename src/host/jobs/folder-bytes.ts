import { lstatSync, readdirSync } from 'node:fs'
import { isMissing } from '../system-error.ts'

const BLOCK_BYTES = 512

/** What a folder takes on disk, holes not counted; what goes away meanwhile takes nothing. */
export function folderBytes(folder: string): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.reduce((sum, entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return sum + folderBytes(path)
      return sum + (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * BLOCK_BYTES
    }, 0)
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}
