import { readdirSync, statSync } from 'node:fs'
import type { FolderTale } from '../../domain/job-rebuild.ts'
import { runPaths } from './run-paths.ts'
import { readFence } from './start-fence.ts'

const ATTEMPT = /^attempt-([1-9]\d{0,8})$/

/** What the folder of a job tells of its last attempt that anybody made the fence of. */
export function readTale(jobs: string, id: number): FolderTale {
  const later = readdirSync(runPaths(jobs, id).job).flatMap((name) => {
    const attempt = ATTEMPT.exec(name)?.[1]
    return attempt === undefined ? [] : [Number(attempt)]
  })
  for (const attempt of [1, ...later].toSorted((a, b) => b - a)) {
    const paths = runPaths(jobs, id, attempt)
    const kind = readFence(paths)
    if (kind === 'cancelled') return { kind, attempt }
    if (kind === 'started') return { kind, attempt, startedMs: startOf(paths.started) }
  }
  return { kind: 'not started' }
}

function startOf(path: string): number {
  return Math.round(statSync(path).mtimeMs)
}
