import { readLogEnds } from './read-log.ts'
import type { RunPaths } from './run-paths.ts'

export interface OutputEnds {
  readonly head: string
  readonly leftOutBytes: number
  readonly tail: string
}

/** More than this of either end is never shown. */
const MOST_BYTES = 32 * 1024

/** Beginning and end of what a run has written, as text. */
export function readOutputEnds(paths: RunPaths): OutputEnds {
  const { head, between, tail } = readLogEnds(paths, MOST_BYTES, MOST_BYTES)
  return { head: head.toString('utf8'), leftOutBytes: between, tail: tail.toString('utf8') }
}
