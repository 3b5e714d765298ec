import type { JobDetailView, JobsInput, JobView, WaitView } from '../contract/jobs.ts'
import { waitForJobs, type WaitOptions } from '../client/wait-for-jobs.ts'
import type { House } from './shell.ts'

/** Jobs, newest first, from the daemon or what the last one left. */
export async function readJobs({ client, paths }: House, query: JobsInput): Promise<JobView[]> {
  const live = await client.ask('jobs', query)
  if (live !== undefined) return live
  const { offlineJobs } = await import('../offline/jobs.ts')
  const { before, limit = 100, ...rest } = query
  return offlineJobs(paths, {
    ...rest,
    limit,
    ...(before === undefined ? {} : { beforeId: before }),
  })
}

export async function readJob({ client, paths }: House, id: number): Promise<JobDetailView> {
  const live = await client.ask('job', { id })
  if (live !== undefined) return live
  const { offlineJob } = await import('../offline/jobs.ts')
  return offlineJob(paths, id)
}

/** Resolves when they have ended, whoever runs meanwhile. */
export function untilEnded(
  { client, paths }: House,
  ids: readonly number[],
  options: Omit<WaitOptions, 'lookOffline'> = {},
): Promise<WaitView> {
  const lookOffline = async (wanted: readonly number[]): Promise<readonly JobView[]> => {
    const { offlineJobsById } = await import('../offline/jobs.ts')
    return offlineJobsById(paths, wanted)
  }
  return waitForJobs(client, ids, { ...options, lookOffline })
}
