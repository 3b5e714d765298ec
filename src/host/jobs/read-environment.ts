import { readFileSync } from 'node:fs'
import { failedDoing, isMissing } from '../system-error.ts'
import { decodeEnvironment } from './job-environment.ts'
import type { RunPaths } from './run-paths.ts'

/** The environment that was kept for a job; undefined when it is gone. */
export function readEnvironment({ environment }: RunPaths): Record<string, string> | undefined {
  try {
    return decodeEnvironment(readFileSync(environment, 'utf8'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw failedDoing(`reading ${environment}`, error)
  }
}
