import type { GroupView, JobView } from '../contract/jobs.ts'
import { isEndedStatus, JOB_STATUSES, type JobStatus } from '../domain/job.ts'
import { titleOf } from './render-jobs.ts'
import type { House, Shell } from './shell.ts'

/** As much of a command as values can be offered for. */
export interface Offered {
  argument(name: string, handler: (offer: Offer) => void, variadic?: boolean): unknown
  option(name: string, description: string, handler: (offer: Offer) => void): unknown
  readonly options: ReadonlyMap<string, { readonly description: string }>
}

export type Offer = (value: string, description: string) => void

const MOST_JOBS = 50
const any = (): boolean => true
const isOpen = (status: JobStatus): boolean => !isEndedStatus(status)

/** Commands that take ids, and which jobs they are for. */
const TAKES_IDS: readonly [
  command: string,
  argument: string,
  fits: (status: JobStatus) => boolean,
][] = [
  ['job', 'id', any],
  ['logs', 'id', any],
  ['wait', 'ids', any],
  ['kill', 'ids', isOpen],
  ['retry', 'id', isEndedStatus],
  ['pause', 'ids', isOpen],
  ['resume', 'ids', (status) => status === 'paused'],
  ['edit', 'id', (status) => status === 'queued' || status === 'paused'],
  ['remove', 'ids', isEndedStatus],
]
const TAKES_GROUP_OPTION = ['run', 'jobs', 'edit', 'pause', 'resume']
const TAKES_GROUP = ['group set', 'group remove']

/** Makes completion offer the jobs and groups there are. */
export async function offerJobs(
  commands: ReadonlyMap<string, Offered>,
  shell: Shell,
): Promise<void> {
  const house = shell.open({})
  const [jobs, groups] = await Promise.all([
    orNone(() => recentJobs(house)),
    orNone(() => knownGroups(house, shell.environment)),
  ])
  for (const [name, argument, fits] of TAKES_IDS) {
    const offer = (complete: Offer): void => {
      for (const job of jobs) if (fits(job.status)) complete(String(job.id), describe(job))
    }
    commands.get(name)?.argument(argument, offer, argument === 'ids')
  }
  const offerGroups = (complete: Offer): void => {
    for (const { name } of groups) complete(name, 'a group')
  }
  for (const name of TAKES_GROUP) commands.get(name)?.argument('name', offerGroups)
  for (const name of TAKES_GROUP_OPTION) offerFor(commands.get(name), 'group', offerGroups)
  offerFor(commands.get('jobs'), 'status', (complete) => {
    for (const status of JOB_STATUSES) complete(status, 'a status')
  })
}

export function offerFor(
  command: Offered | undefined,
  option: string,
  handler: (offer: Offer) => void,
): void {
  command?.option(option, command.options.get(option)?.description ?? '', handler)
}

async function recentJobs({ client, paths }: House): Promise<JobView[]> {
  const live = await client.peek('jobs', { limit: MOST_JOBS })
  if (live !== undefined) return live
  const { offlineJobs } = await import('../offline/jobs.ts')
  return offlineJobs(paths, { limit: MOST_JOBS })
}

async function knownGroups(
  { client, paths }: House,
  environment: NodeJS.ProcessEnv,
): Promise<GroupView[]> {
  const live = await client.peek('groups', {})
  if (live !== undefined) return live
  const { offlineGroups } = await import('../offline/groups.ts')
  return offlineGroups(paths, environment)
}

/** Somebody waits for the next key: what cannot be had is not offered, and not complained about. */
export async function orNone<Value>(read: () => Promise<Value[]>): Promise<Value[]> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error) return []
    throw error
  }
}

function describe(job: JobView): string {
  return `${job.status}: ${titleOf(job).slice(0, 60)}`
}
