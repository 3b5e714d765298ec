import type { ActiveJob } from '../../domain/job.ts'
import type { Ending } from '../../domain/job-step.ts'
import type { RunBegan } from '../../formats/exit-record.ts'
import type { Clock } from '../../host/clock.ts'
import type { KeptAwake } from '../../host/keep-awake.ts'
import { type RunPaths, runPaths } from '../../host/jobs/run-paths.ts'
import type { WaiterWatch } from '../../host/jobs/waiter-life.ts'

/** What this daemon knows of one attempt beside its record; none of it has to outlive us. */
export interface LiveRun {
  readonly attempt: number
  readonly paths: RunPaths
  isLaunching: boolean
  /** Why it could not be started. */
  refusal: string | null
  /** Why it is not known whether it was started. */
  doubt: string | null
  ending: Ending
  made: 'stopped' | 'going' | null
  /** Stopping takes a while; one hand at it is enough. */
  isStopping: boolean
  /** A signal that means its end may have gone out; what the daemon before us did nobody knows. */
  mayBeSignalled: boolean
  began: RunBegan | null
  watch: WaiterWatch | null
  peakBytes: number | null
  /** Keeps the machine from sleeping meanwhile. */
  awake: KeptAwake | null
}

/** The jobs that were begun and have not ended, and when each is to be looked at. */
export interface LiveRuns {
  all(): ActiveJob[]
  get(id: number): ActiveJob | undefined
  live(job: ActiveJob): LiveRun
  /** As it is now; what is known of the same attempt stays. */
  put(job: ActiveJob): void
  drop(id: number): void
  /** Looks at it then at the latest. */
  lookIn(id: number, ms: number): void
  /** Those whose time has come. */
  due(): ActiveJob[]
  /** When the next one is due; undefined while there is none. */
  nextInMs(): number | undefined
  close(): void
}

interface Entry {
  job: ActiveJob
  live: LiveRun
  lookAtMs: number
}

export function createLiveRuns(jobs: string, clock: Clock): LiveRuns {
  const entries = new Map<number, Entry>()

  function put(job: ActiveJob): void {
    const entry = entries.get(job.id)
    if (entry?.live.attempt === job.attempt) entry.job = job
    else {
      if (entry !== undefined) letGo(entry)
      entries.set(job.id, { job, live: newRun(jobs, job), lookAtMs: 0 })
    }
  }

  return {
    all: () => [...entries.values()].map(({ job }) => job),
    get: (id) => entries.get(id)?.job,
    live: (job) => {
      const known = entries.get(job.id)
      if (known?.live.attempt === job.attempt) return known.live
      throw new Error(`job ${job.id} is not looked after`)
    },
    put,
    drop: (id) => {
      const entry = entries.get(id)
      entries.delete(id)
      if (entry !== undefined) letGo(entry)
    },
    lookIn: (id, ms) => {
      const entry = entries.get(id)
      if (entry !== undefined) entry.lookAtMs = ms === 0 ? 0 : clock.monotonicMs() + ms
    },
    due: () => {
      const now = clock.monotonicMs()
      return [...entries.values()].flatMap(({ job, lookAtMs }) => (lookAtMs <= now ? [job] : []))
    },
    nextInMs: () => {
      if (entries.size === 0) return undefined
      let next = Infinity
      for (const { lookAtMs } of entries.values()) next = Math.min(next, lookAtMs)
      return Math.max(0, next - clock.monotonicMs())
    },
    close: () => {
      for (const entry of entries.values()) letGo(entry)
      entries.clear()
    },
  }
}

function newRun(jobs: string, { id, attempt, intent }: ActiveJob): LiveRun {
  return {
    attempt,
    paths: runPaths(jobs, id, attempt),
    isLaunching: false,
    refusal: null,
    doubt: null,
    ending: { state: 'none' },
    made: null,
    isStopping: false,
    mayBeSignalled: intent !== null,
    began: null,
    watch: null,
    peakBytes: null,
    awake: null,
  }
}

function letGo({ live }: Entry): void {
  live.watch?.close()
  live.awake?.close()
}
