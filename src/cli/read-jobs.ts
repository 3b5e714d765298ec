import type { JobDetailView, JobsInput, JobView, WaitView } from '../contract/jobs.ts'
import { ProblemError } from '../domain/problem.ts'
import { waitForJobs, type WaitOptions } from '../client/wait-for-jobs.ts'
import { noteSilence } from './note-silence.ts'
import type { House, Shell } from './shell.ts'

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

/** The same for what does not need the daemon: one that does not answer soon is not waited for. */
export async function lookUpJob(house: House, id: number): Promise<JobDetailView> {
  const live = await unlessSilent(house.client.ask('job', { id }, PATIENCE_MS))
  if (live !== undefined) return live
  const { offlineJob } = await import('../offline/jobs.ts')
  return offlineJob(house.paths, id)
}

const PATIENCE_MS = 2_000

export async function unlessSilent<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'failed') return undefined
    throw error
  }
}

/** Resolves when they have ended, whoever runs meanwhile. */
export function untilEnded(
  shell: Shell,
  house: House,
  ids: readonly number[],
  options: Pick<WaitOptions, 'timeoutMs' | 'orWhen'> = {},
): Promise<WaitView> {
  const { client, paths } = house
  const lookOffline = async (wanted: readonly number[]): Promise<readonly JobView[]> => {
    const { offlineJobsById } = await import('../offline/jobs.ts')
    return offlineJobsById(paths, wanted)
  }
  const onSilent = noteSilence(shell, house)
  return waitForJobs(client, ids, { ...options, lookOffline, onSilent })
}
