import { join } from 'node:path'
import { callDaemon } from '../../src/client/call.ts'
import type { JobDetailView, JobView, RunInput } from '../../src/contract/jobs.ts'
import { ENDED_STATUSES } from '../../src/domain/job.ts'
import { askHouse } from './daemon.ts'
import type { House } from './house.ts'
import { GIVE_UP_MS, waitFor } from './wait-for.ts'

/** All that a job of a test gets to see, unless the test adds to it. */
export const JOB_ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8' }

type Wishes = Partial<RunInput>

/** Submits a line of shell, or an argv; gives its id. */
export async function submit(
  house: House,
  what: string | readonly string[],
  wishes: Wishes = {},
): Promise<number> {
  const work = typeof what === 'string' ? { shell: what } : { command: what }
  const { id } = await askHouse(house, 'run', {
    cwd: house.folder,
    env: JOB_ENV,
    ...work,
    ...wishes,
  })
  return id
}

/** The jobs as they ended, in the order asked for; whoever answers by then. */
export async function untilEnded(
  house: House,
  ids: readonly number[],
  timeoutMs = GIVE_UP_MS,
): Promise<JobView[]> {
  const { socket } = house.paths
  const jobs = await waitFor(
    async () => {
      const answer = await callDaemon(
        'wait',
        { ids, wait: '5s' },
        { socket, timeoutMs: GIVE_UP_MS },
      )
      return answer.kind === 'ok' && answer.value.ended ? answer.value.jobs : undefined
    },
    { what: `jobs ${ids.join(', ')} to end`, timeoutMs },
  )
  return [...(jobs ?? [])]
}

export async function untilEnds(house: House, id: number, timeoutMs?: number): Promise<JobView> {
  const [job] = await untilEnded(house, [id], timeoutMs)
  if (job === undefined) throw new Error(`job ${id} is not there`)
  return job
}

export function look(house: House, id: number): Promise<JobDetailView> {
  return askHouse(house, 'job', { id })
}

/** The job once it is as wanted. */
export async function untilJob(
  house: House,
  id: number,
  isSo: (job: JobDetailView) => boolean,
  what: string,
): Promise<JobDetailView> {
  const found = await waitFor(
    async () => {
      const job = await look(house, id)
      return isSo(job) ? job : undefined
    },
    { what: `job ${id} ${what}` },
  )
  if (found === undefined) throw new Error(`job ${id} is not there`)
  return found
}

export function isOver({ status }: JobView): boolean {
  return ENDED_STATUSES.some((each) => each === status)
}

/** The log of a job as it lies on disk. */
export function logPath(house: House, id: number): string {
  return join(house.paths.jobs, String(id), 'output.log')
}
