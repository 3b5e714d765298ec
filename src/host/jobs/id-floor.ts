import { closeSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../atomic-write.ts'
import { failedDoing } from '../system-error.ts'
import { openPlain } from './plain-file.ts'

const NAME = '.ids'

/** Remembers beside the store that no id up to this one may be given out again. */
export function keepIdFloor(jobs: string, id: number): void {
  writeAtomically(join(jobs, NAME), `${id}\n`, { durable: true })
}

/** 0 where nothing usable was kept. */
export function readIdFloor(jobs: string): number {
  const path = join(jobs, NAME)
  const fd = openPlain(path)
  if (typeof fd !== 'number') return 0
  try {
    const text = readFileSync(fd, 'latin1')
    return /^\d{1,15}\n$/.test(text) ? Number(text) : 0
  } catch (error) {
    throw failedDoing(`reading ${path}`, error)
  } finally {
    closeSync(fd)
  }
}
