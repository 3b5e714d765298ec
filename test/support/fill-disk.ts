import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Takes all room that a disk has left; removing the file it returns gives it back. */
export function fillDisk(folder: string): string {
  const ballast = join(folder, 'ballast')
  for (let size = 64 * 1024; size >= 1; size = Math.floor(size / 2)) {
    while (grows(ballast, size));
  }
  if (statSync(ballast).size === 0) throw new Error('there was no room to take away')
  return ballast
}

function grows(path: string, bytes: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
