import type { JobView } from '../contract/jobs.ts'
import type { Shell } from './shell.ts'
import { handOut } from './write-out.ts'

/** Prints the id of what was submitted, or all of it as JSON; resolves with the exit code. */
export async function tellId(shell: Shell, job: JobView, json: boolean): Promise<number> {
  const { id } = job
  const trouble = await handOut(json ? `${JSON.stringify(job)}\n` : `${id}\n`)
  if (trouble === undefined) return 0
  // Whoever cannot be told has a job all the same.
  shell.note(
    `curfew: job ${id} is submitted, but that could not be written to stdout (${trouble}); \`curfew job ${id}\` shows it, \`curfew kill ${id}\` ends it`,
  )
  return UNTOLD
}

const UNTOLD = 1
