import type { ActiveJob } from '../../domain/job.ts'
import { jobTitle } from '../../domain/job-title.ts'
import { keepAwake, type KeptAwake } from '../../host/keep-awake.ts'
import { reasonOf } from '../../host/system-error.ts'
import { createAttemptFolder } from '../../host/jobs/job-folder.ts'
import { watchWaiter } from '../../host/jobs/waiter-life.ts'
import type { JobParts } from './job-parts.ts'
import type { LiveRun } from './live-runs.ts'

/** Hands a job that was begun to its waiter; what came of it is seen at the next look. */
export async function launch(parts: JobParts, job: ActiveJob): Promise<void> {
  const { runs } = parts
  const live = runs.live(job)
  live.isLaunching = true
  try {
    await handOver(parts, job, live)
  } finally {
    live.isLaunching = false
    runs.lookIn(job.id, 0)
    parts.wake()
  }
}

async function handOver(parts: JobParts, job: ActiveJob, live: LiveRun): Promise<void> {
  const { id, attempt, spec } = job
  const { paths } = live
  try {
    if (attempt > 1) createAttemptFolder(parts.paths.jobs, id, attempt)
    const { logCap } = parts.config().jobs
    const { command: argv, cwd, umask } = spec
    const order = { paths, argv, cwd, umask, logCapBytes: logCap }
    const outcome = await parts.launchers.launch(id, attempt, order)
    if (outcome.kind === 'refused') live.refusal = sayRefusal(outcome.step, outcome.errno)
    else {
      parts.emit({ type: 'job_started', job: id, what: jobTitle(spec), attempt })
      heed(parts, job, live)
    }
  } catch (error) {
    // Whether a waiter has it is unknown: the fence will tell.
    live.doubt = `it could not be handed over: ${reasonOf(error)}`
    parts.emit({ type: 'job_troubled', job: id, why: live.doubt })
  }
}

/** Its waiter's end brings the next turn, also for a job that another daemon started. */
export function heed(parts: JobParts, { id, spec }: ActiveJob, live: LiveRun): void {
  if (live.watch !== null) return
  if (spec.keepAwake && live.awake === null) live.awake = keepMachineAwake(parts, id)
  live.watch = watchWaiter(live.paths, () => {
    live.watch = null
    parts.runs.lookIn(id, 0)
    parts.wake()
  })
}

/** What is said is read by everybody on the machine, so it is no more than a number. */
function keepMachineAwake({ emit }: JobParts, id: number): KeptAwake {
  const tell = (why: string): void => emit({ type: 'job_troubled', job: id, why })
  return keepAwake(`job ${id} runs`, tell) ?? NOBODY
}

/** Where nothing can, it is told once. */
const NOBODY: KeptAwake = { close: () => undefined }

function sayRefusal(step: string, errno: string): string {
  if (step === 'env') return `its environment cannot be read (${errno})`
  return step === 'fork' || step === 'launcher'
    ? `no process could be made (${errno})`
    : `its ${step} could not be made (${errno})`
}
