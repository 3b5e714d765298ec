import { statSync } from 'node:fs'
import type { EndWritten } from '../../domain/job-ending.ts'
import type { ExitRecord } from '../../formats/exit-record.ts'
import { failedDoing, isMissing } from '../system-error.ts'
import { nameEnd, readExitRecord } from './exit-file.ts'
import type { RunPaths } from './run-paths.ts'
import { type Fence, readFence } from './start-fence.ts'
import { waiterLives } from './waiter-life.ts'

/** All that the folder of a run tells about it. */
export interface RunLook {
  readonly fence: Fence
  readonly waiter: 'alive' | 'gone'
  readonly record: ExitRecord
  readonly written: EndWritten | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
}

/** Looks whether the waiter lives before it reads what it wrote, so that an end in between is not missed. */
export function lookAtRun(paths: RunPaths): RunLook {
  const fence = readFence(paths)
  const waiter = waiterLives(paths) ? 'alive' : 'gone'
  const record = readExitRecord(paths.exit)
  const { began, end } = record
  return {
    fence,
    waiter,
    record,
    written: nameEnd(end),
    startedAtMs: began ? (began.atMs ?? modifiedAtMs(paths.started)) : null,
    endedAtMs: end ? (end.atMs ?? modifiedAtMs(paths.exit)) : null,
  }
}

function modifiedAtMs(path: string): number | null {
  try {
    return Math.round(statSync(path).mtimeMs)
  } catch (error) {
    if (isMissing(error)) return null
    throw failedDoing(`looking at ${path}`, error)
  }
}
