import type { JobView } from '../contract/jobs.ts'
import { isEndedStatus } from '../domain/job.ts'
import { readJob, untilEnded } from './read-jobs.ts'
import type { House, Shell } from './shell.ts'
import { showOutput } from './show-output.ts'

export interface FollowWishes {
  readonly id: number
  /** This attempt alone; without it the newest, and those that come after it. */
  readonly attempt?: number | undefined
  /** This attempt and those that come after it. */
  readonly from?: number
  readonly lines?: number | undefined
  readonly raw: boolean
}

/** Shows what a job writes until it is over and all was shown. The daemon has no part in it but to say when. */
export async function followJob(
  shell: Shell,
  house: House,
  { id, attempt, from, lines, raw }: FollowWishes,
): Promise<JobView> {
  const { followJobLog } = await import('../offline/job-log.ts')
  let at = attempt ?? from ?? (await readJob(house, id)).attempt
  for (let first = true; ; first = false) {
    const over = untilOver(shell, house, id, at)
    const log = { id, attempt: at, lines: first ? lines : undefined, over }
    await showOutput(followJobLog(house.paths, log), { raw })
    const job = await over
    if (attempt !== undefined || job.attempt <= at) return job
    at += 1
    shell.note(`curfew: attempt ${at} of job ${id}`)
  }
}

/** An attempt is over when its job is, or when another one has taken its place. */
async function untilOver(
  shell: Shell,
  house: House,
  id: number,
  attempt: number,
): Promise<JobView> {
  const isNext = ([job]: readonly JobView[]): boolean => (job?.attempt ?? attempt) > attempt
  const first = await readJob(house, id)
  if (isEndedStatus(first.status) || isNext([first])) return first
  const orWhen = first.retries > 0 ? isNext : undefined
  const { jobs } = await untilEnded(shell, house, [id], { orWhen })
  return jobs[0] ?? first
}
