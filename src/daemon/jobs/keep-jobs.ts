import type { Config } from '../../config.ts'
import type { EventBody } from '../../domain/event.ts'
import type { JobStatus } from '../../domain/job.ts'
import type { Clock } from '../../host/clock.ts'
import { leaveJobCgroup } from '../../host/jobs/cgroup.ts'
import { readIdFloor } from '../../host/jobs/id-floor.ts'
import { sweepRemovedJobs } from '../../host/jobs/job-folder.ts'
import type { Paths } from '../../host/paths.ts'
import { storeStamp } from '../../host/store-files.ts'
import type { JobDesk } from '../../operations/job-desk.ts'
import type { Store } from '../../store/store.ts'
import type { Step } from '../loop.ts'
import { createWaiters } from '../waiters.ts'
import { createIdSupply } from './id-supply.ts'
import { createJobDesk } from './job-desk.ts'
import { createLaunchers } from './job-launchers.ts'
import type { JobParts } from './job-parts.ts'
import { heed } from './launch-job.ts'
import { createLiveRuns } from './live-runs.ts'
import { momentOf } from './moment.ts'
import { rebuildJobs } from './rebuild-jobs.ts'
import { serveQueue } from './serve-queue.ts'
import { refresh, tendJobs } from './tend-jobs.ts'

export interface JobKeeper {
  readonly step: Step['run']
  readonly desk: JobDesk
  /** What the house has to know. */
  facts(): { readonly running: number; readonly queued: number }
  /** Takes over what is on record and in the folders, before anybody can ask for more. */
  begin(): Promise<void>
  /** The config has changed. */
  reconsider(): void
  /** Whoever waits for an end is answered as it stands. */
  letWaitersGo(): void
  leave(): Promise<void>
}

export interface JobKeeperDeps {
  readonly paths: Paths
  readonly clock: Clock
  readonly environment: NodeJS.ProcessEnv
  readonly config: () => Config
  readonly store: () => Store
  readonly emit: (body: EventBody) => void
  readonly wake: () => void
  /** Some have come to their final end. */
  readonly ended: () => void
}

/** For which store the folders of jobs have been looked through. */
const NOTE = 'jobs_rebuilt_for'

export function keepJobs(deps: JobKeeperDeps): JobKeeper {
  const { clock, emit, paths, wake } = deps
  const waiters = createWaiters<number>()
  const changed = new Set<number>()
  const ids = createIdSupply(paths.jobs, () => deps.store().jobs)
  const launching = new Set<Promise<void>>()
  let counts: ReadonlyMap<JobStatus, number> = new Map()
  let isQueueDue = true
  let queueAtMs = Infinity
  let isSwept = false

  const parts: JobParts = {
    paths,
    clock,
    config: deps.config,
    store: () => deps.store().jobs,
    runs: createLiveRuns(paths.jobs, clock),
    launchers: createLaunchers(paths, deps.environment, (what) => emit({ type: 'mended', what })),
    now: () => momentOf(clock),
    emit,
    wake,
    queueChanged: () => {
      isQueueDue = true
    },
    ended: (ids) => {
      waiters.tell(ids)
      deps.ended()
    },
    track: (work) => {
      launching.add(work)
      void work.finally(() => launching.delete(work))
    },
  }

  function reconsider(): void {
    isQueueDue = true
    wake()
  }

  async function begin(): Promise<void> {
    leaveJobCgroup()
    const store = deps.store()
    const stamp = storeStamp(paths.store)
    // Before anybody can ask again for what a daemon that was killed had not recorded yet.
    if ((await store.readNote(NOTE)) === stamp) await rebuildJobs(parts, 'unknown')
    else {
      ids.forget()
      await rebuildJobs(parts, 'all')
      await store.jobs.raiseIdFloor(readIdFloor(paths.jobs))
      await store.writeNote(NOTE, stamp)
    }
    parts.runs.close()
    for (const job of await store.jobs.active()) {
      parts.runs.put(job)
      heed(parts, job, parts.runs.live(job))
    }
    counts = await store.jobs.counts()
    isQueueDue = true
  }

  async function takeInChanges(): Promise<void> {
    const ids = [...changed]
    if (ids.length === 0) return
    for (const id of await refresh(parts, ids)) parts.runs.lookIn(id, 0)
    for (const id of ids) changed.delete(id)
  }

  async function step(): Promise<number | undefined> {
    if (!isSwept) {
      sweepRemovedJobs(paths.jobs)
      isSwept = true
    }
    await takeInChanges()
    try {
      await tendJobs(parts)
    } finally {
      // Whatever is wrong with one job, the others are served.
      await runQueue()
    }
    return soonest(parts.runs.nextInMs(), queueAtMs - clock.monotonicMs())
  }

  async function runQueue(): Promise<void> {
    if (!isQueueDue && clock.monotonicMs() < queueAtMs) return
    isQueueDue = false
    try {
      const againInMs = await serveQueue(parts)
      queueAtMs = againInMs === null ? Infinity : clock.monotonicMs() + againInMs
      counts = await parts.store().counts()
    } catch (error) {
      isQueueDue = true
      throw error
    }
  }

  return {
    step,
    begin,
    reconsider,
    facts: () => ({ running: counts.get('running') ?? 0, queued: counts.get('queued') ?? 0 }),
    letWaitersGo: waiters.close,
    desk: createJobDesk(parts, waiters, {
      nextId: ids.next,
      counts: async () => {
        // Whoever asks how things stand is answered, whatever the store can do; the steps tell what it cannot.
        if (isQueueDue || changed.size > 0)
          counts = await parts
            .store()
            .counts()
            .catch(() => counts)
        return counts
      },
      changed: (ids) => {
        for (const id of ids) changed.add(id)
        reconsider()
      },
    }),
    leave: async () => {
      waiters.close()
      await Promise.allSettled(launching)
      parts.runs.close()
      parts.launchers.close()
      await ids.close()
    },
  }
}

function soonest(runsInMs: number | undefined, queueInMs: number): number | undefined {
  const inMs = Math.min(runsInMs ?? Infinity, queueInMs)
  return inMs === Infinity ? undefined : Math.max(0, inMs)
}
