import { join } from 'node:path'

/** Where everything of one attempt of one job lies. */
export interface RunPaths {
  /** `jobs/<id>`: what is the same for all attempts. */
  readonly job: string
  readonly spec: string
  readonly environment: string
  /** The folder of this attempt; for the first it is the job's own. */
  readonly run: string
  readonly log: string
  /** The start fence: who makes it decides whether the job ever runs. */
  readonly started: string
  /** The record that the waiter overwrites in place. */
  readonly exit: string
  /** A FIFO that the waiter holds open as long as it lives. */
  readonly alive: string
  /** Processes in the job's tree that are ours and must outlive it. */
  readonly spare: string
}

/** The paths of an attempt; attempts count from 1. */
export function runPaths(jobs: string, id: number, attempt = 1): RunPaths {
  const job = join(jobs, String(id))
  const run = attempt === 1 ? job : join(job, `attempt-${attempt}`)
  return {
    job,
    spec: join(job, 'spec.json'),
    environment: join(job, 'env'),
    run,
    log: join(run, 'output.log'),
    started: join(run, 'started'),
    exit: join(run, 'exit'),
    alive: join(run, 'alive'),
    spare: join(run, 'spare'),
  }
}
