import { decodeEnvironment } from './job-environment.ts'
import { readPlain } from './plain-file.ts'
import type { RunPaths } from './run-paths.ts'

/** The environment that was kept for a job; undefined when it is gone. */
export function readEnvironment({ environment }: RunPaths): Record<string, string> | undefined {
  const text = readPlain(environment)
  return text === undefined ? undefined : decodeEnvironment(text)
}
