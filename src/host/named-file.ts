import { readFile } from 'node:fs/promises'
import { failedDoing } from './system-error.ts'

/** The text of a file that the user names, whatever kind of file it is. */
export async function readNamedFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw failedDoing(`reading ${path}`, error)
  }
}
