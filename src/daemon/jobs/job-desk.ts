import {
  type Figures,
  isActive,
  type Job,
  type JobDraft,
  type JobStatus,
} from '../../domain/job.ts'
import { mergeGroups } from '../../domain/job-groups.ts'
import { ProblemError } from '../../domain/problem.ts'
import { jobEnvironment } from '../../host/jobs/job-environment.ts'
import {
  createJobFolder,
  readSpec,
  removeJobFolder,
  rewriteJob,
} from '../../host/jobs/job-folder.ts'
import { signalGroup } from '../../host/jobs/job-tree.ts'
import { measureRunning } from '../../host/jobs/measure-job.ts'
import { indexProcesses } from '../../host/jobs/process-list.ts'
import { readLogText } from '../../host/jobs/log-text.ts'
import { readEnvironment } from '../../host/jobs/read-environment.ts'
import { type RunPaths, runPaths } from '../../host/jobs/run-paths.ts'
import { shellCommand } from '../../host/jobs/shell-command.ts'
import { failedDoing } from '../../host/system-error.ts'
import type { JobDesk } from '../../operations/job-desk.ts'
import type { Waiters } from '../waiters.ts'
import type { JobParts } from './job-parts.ts'

/** What the keeper itself has to see to. */
export interface DeskHooks {
  nextId(): Promise<number>
  counts(): Promise<ReadonlyMap<JobStatus, number>>
  changed(ids: readonly number[]): void
}

export function createJobDesk(
  parts: JobParts,
  waiters: Waiters<number>,
  hooks: DeskHooks,
): JobDesk {
  const { paths } = parts
  return {
    ...hooks,
    now: parts.now,
    groups: async () => mergeGroups(parts.config().jobs.groups, await parts.store().groups()),
    figures: (jobs) => figuresOf(parts, jobs),
    told: (ids) => {
      parts.ended(ids)
      hooks.changed([])
    },
    shellCommand,
    nextEnd: waiters.next,
    isLeaving: waiters.isClosed,
    signal: (job, signal) => signalJob(job, signal as NodeJS.Signals),
    folderOf: (id) => runPaths(paths.jobs, id).job,
    makeFolder: async (draft, environment, ticket) => {
      const session = draft.spec.session ?? undefined
      const place = { home: paths.home, job: draft.id, session }
      const values = jobEnvironment(environment.inherited, environment.asked, place)
      createJobFolder(paths.jobs, draft.id, {
        spec: await specOf(draft, ticket),
        environment: values,
      })
    },
    environmentOf: (id) => readEnvironment(runPaths(paths.jobs, id)),
    rewriteSpec: async (draft) => {
      const run = runPaths(paths.jobs, draft.id)
      try {
        rewriteJob(run, { spec: await specOf(draft, await ticketIn(run)) })
      } catch (error) {
        throw failedDoing(`keeping what was changed in ${run.spec}`, error)
      }
    },
    dropFolder: (id) => removeJobFolder(paths.jobs, id),
    readLog: (id, attempt, lines) => readLogText(runPaths(paths.jobs, id, attempt), lines),
  }
}

/** The schema beside it is loaded only once there is a job. */
async function specOf(
  draft: JobDraft,
  ticket?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { writeJobSpec } = await import('../../formats/job-spec.ts')
  return writeJobSpec(draft, ticket)
}

/** The store tells a job by its ticket, and not a ticket by its job. */
async function ticketIn(run: RunPaths): Promise<string | undefined> {
  const { parseJobSpec } = await import('../../formats/job-spec.ts')
  try {
    const parsed = parseJobSpec(readSpec(run))
    return parsed.ok ? parsed.ticket : undefined
  } catch (error) {
    if (error instanceof ProblemError) return undefined
    throw error
  }
}

/** One list of processes serves them all. */
function figuresOf({ runs }: JobParts, jobs: readonly Job[]): Map<number, Figures> {
  const found = new Map<number, Figures>()
  const live = jobs.filter(isActive).flatMap((job) => {
    const run = runs.get(job.id)?.attempt === job.attempt ? runs.live(job) : undefined
    return run === undefined || run.began === null ? [] : [{ id: job.id, run, began: run.began }]
  })
  if (live.length === 0) return found
  const index = indexProcesses()
  for (const { id, run, began } of live) {
    const seen = measureRunning(began, index)
    run.peakBytes = Math.max(run.peakBytes ?? 0, seen.peakMemoryBytes ?? 0)
    found.set(id, {
      cpuMs: seen.cpuSeconds === null ? null : Math.round(seen.cpuSeconds * 1000),
      peakMemoryBytes: run.peakBytes,
      measuredBy: seen.measuredBy,
      reach: began.reach,
    })
  }
  return found
}

function signalJob(job: Job, signal: NodeJS.Signals): boolean {
  if (!isActive(job) || job.run.phase !== 'started' || job.run.process === null) return false
  return signalGroup(job.run.process, signal)
}
