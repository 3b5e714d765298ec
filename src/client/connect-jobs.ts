import type {
  EditInput,
  GroupView,
  JobDetailView,
  JobsInput,
  JobView,
  LogsInput,
  LogView,
  PauseInput,
  ProgressInput,
  RemovedJobsView,
  RunInput,
} from '../contract/jobs.ts'
import { given } from '../domain/given.ts'
import type { Client } from './client.ts'

/** What a program may do with jobs. Verbs that change something start the daemon where none runs. */
export interface JobConnection {
  /** Submits a job; folder, environment and session are those of this program unless given. */
  run(job: RunOptions): Promise<JobView>
  /** Newest first; undefined when no daemon runs. */
  jobs(query?: JobsInput): Promise<JobView[] | undefined>
  /** One with its history; undefined when no daemon runs. */
  job(id: number): Promise<JobDetailView | undefined>
  /** The last lines of its output; undefined when no daemon runs. */
  logs(input: LogsInput): Promise<LogView | undefined>
  /** Resolves when all have ended, also across a restart of the daemon, or when the time is over. */
  wait(ids: readonly number[], options?: JobWaitOptions): Promise<JobView[]>
  /** Ends jobs and what they started, or sends them another signal. */
  kill(ids: readonly number[], signal?: string): Promise<JobView[]>
  /** Once more, as a new job or in its own place. */
  retry(id: number, options?: { readonly inPlace?: boolean }): Promise<JobView>
  pause(what: PauseInput): Promise<JobView[]>
  resume(what: PauseInput): Promise<JobView[]>
  /** Changes a job that has not been started. */
  edit(change: EditInput): Promise<JobView>
  remove(ids: readonly number[]): Promise<RemovedJobsView>
  clean(): Promise<RemovedJobsView>
  /** How far the job is inside which this program runs, unless another is named. */
  progress(progress: ProgressOptions): Promise<JobView>
  /** The queues; undefined when no daemon runs. */
  groups(): Promise<GroupView[] | undefined>
  /** 0 slots: any number. */
  setGroup(name: string, slots: number): Promise<GroupView>
  removeGroup(name: string): Promise<boolean>
}

export type RunOptions = Omit<RunInput, 'cwd'> & { readonly cwd?: string }
export type ProgressOptions = Omit<ProgressInput, 'id'> & { readonly id?: number }

export interface JobWaitOptions {
  /** What has not ended by then is given as it is. */
  readonly timeoutMs?: number | undefined
}

type Ask = <Answer>(question: (client: Client) => Promise<Answer>) => Promise<Answer>

export function connectJobs(ask: Ask): JobConnection {
  return {
    run: async (job) => {
      const { inheritedBy } = await import('./run-input.ts')
      const input = { ...inheritedBy(process.env, job.cwd ?? process.cwd()), ...job }
      return ask((client) => client.demand('run', input))
    },
    jobs: (query = {}) => ask((client) => client.ask('jobs', query)),
    job: (id) => ask((client) => client.ask('job', { id })),
    logs: (input) => ask((client) => client.ask('logs', input)),
    wait: async (ids, options = {}) => {
      const { waitForJobs } = await import('./wait-for-jobs.ts')
      return ask(async (client) => [...(await waitForJobs(client, ids, options)).jobs])
    },
    kill: (ids, signal) => ask((client) => client.demand('kill', { ids, ...given({ signal }) })),
    retry: (id, { inPlace = false } = {}) =>
      ask((client) =>
        client.demand('retry', { id, in_place: inPlace, ticket: crypto.randomUUID() }),
      ),
    pause: (what) => ask((client) => client.demand('pause', what)),
    resume: (what) => ask((client) => client.demand('resume', what)),
    edit: (change) => ask((client) => client.demand('edit', change)),
    remove: (ids) => ask((client) => client.demand('remove', { ids })),
    clean: () => ask((client) => client.demand('clean', {})),
    progress: (progress) =>
      ask((client) => client.demand('progress', { id: ownJob(), ...progress })),
    groups: () => ask((client) => client.ask('groups', {})),
    setGroup: (name, slots) => ask((client) => client.demand('group_set', { name, slots })),
    removeGroup: async (name) =>
      (await ask((client) => client.demand('group_remove', { name }))).removed,
  }
}

function ownJob(): number {
  return Number(process.env.CURFEW_JOB ?? 0)
}
