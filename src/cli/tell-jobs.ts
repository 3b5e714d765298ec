import type { JobView, RemovedJobsView } from '../contract/jobs.ts'
import { jobLine } from './render-job.ts'
import type { CommonOptions, Shell } from './shell.ts'

/** What became of each, as JSON or in words. */
export function tellJobs(shell: Shell, options: CommonOptions, jobs: readonly JobView[]): number {
  if (options.json === true) shell.out(`${JSON.stringify(jobs)}\n`)
  else if (jobs.length === 0) shell.note('curfew: nothing had to be changed')
  else for (const job of jobs) shell.note(`curfew: ${jobLine(job)}`)
  return 0
}

export function tellRemoved(shell: Shell, options: CommonOptions, view: RemovedJobsView): number {
  const { removed } = view
  if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
  else if (removed.length === 0) shell.note('curfew: there was nothing to forget')
  else shell.note(`curfew: forgot ${removed.length === 1 ? 'job' : 'jobs'} ${removed.join(', ')}`)
  return 0
}
