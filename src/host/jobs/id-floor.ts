import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../atomic-write.ts'
import { failedDoing, isMissing } from '../system-error.ts'

const NAME = '.ids'

/** Remembers beside the store that no id up to this one may be given out again. */
export function keepIdFloor(jobs: string, id: number): void {
  writeAtomically(join(jobs, NAME), `${id}\n`, { durable: true })
}

/** 0 where nothing usable was kept. */
export function readIdFloor(jobs: string): number {
  try {
    const text = readFileSync(join(jobs, NAME), 'latin1')
    return /^\d{1,15}\n$/.test(text) ? Number(text) : 0
  } catch (error) {
    if (isMissing(error)) return 0
    throw failedDoing(`reading ${join(jobs, NAME)}`, error)
  }
}
