import { ProblemError } from '../../domain/problem.ts'
import { readLogEnds } from './read-log.ts'
import type { RunPaths } from './run-paths.ts'

export interface OutputEnds {
  readonly head: string
  readonly leftOutBytes: number
  readonly tail: string
  /** Why there is nothing to show, where it could not be read. */
  readonly unreadable?: string
}

/** More than this of either end is never shown. */
const MOST_BYTES = 32 * 1024

/** Beginning and end of what a run has written, as text. */
export function readOutputEnds(paths: RunPaths): OutputEnds {
  try {
    const { head, between, tail } = readLogEnds(paths, MOST_BYTES, MOST_BYTES)
    return { head: head.toString('utf8'), leftOutBytes: between, tail: tail.toString('utf8') }
  } catch (error) {
    // One job's file must not keep the others of its session from being told.
    if (!(error instanceof ProblemError)) throw error
    return { head: '', leftOutBytes: 0, tail: '', unreadable: error.problem.message }
  }
}
