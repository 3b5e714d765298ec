import os from 'node:os'
import type { JobView } from '../contract/jobs.ts'
import { isEndedStatus } from '../domain/job.ts'
import { waitCode } from '../domain/job-end.ts'

const TIMED_OUT = 124
const FIRST_REALTIME = 34
const KNOWN: ReadonlyMap<string, number> = new Map(Object.entries(os.constants.signals))

/** The first that is not 0, in the order given; what has not ended counts as timed out. */
export function codeOf(jobs: readonly JobView[]): number {
  return jobs.map(codeOfOne).find((code) => code !== 0) ?? 0
}

function codeOfOne({ status, exit_code, signal }: JobView): number {
  if (!isEndedStatus(status)) return TIMED_OUT
  return waitCode({ status, exitCode: exit_code, signal }, numberOf)
}

function numberOf(signal: string): number | undefined {
  const [, realtime, bare] = /^(?:SIGRTMIN\+?(\d*)|signal (\d+))$/.exec(signal) ?? []
  if (bare !== undefined) return Number(bare)
  return realtime === undefined ? KNOWN.get(signal) : FIRST_REALTIME + Number(realtime)
}
