import { isoTime } from './iso-time.ts'
import { type ActiveJob, isActive, isEnded, type Job, type UnstartedJob } from './job.ts'
import { waitOverMs } from './job-wait.ts'

/** Why a job is as it is, as half a sentence; null where there is nothing to add to its status. */
export function reasonFor(job: Job, isGroupPaused = false): string | null {
  if (isEnded(job)) return job.end.reason
  return isActive(job) ? whileActive(job) : whileWaiting(job, isGroupPaused)
}

function whileActive(job: ActiveJob): string | null {
  if (job.intent !== null) return ENDING[job.intent.why]
  if (job.status === 'paused') {
    return job.pausedBy === 'hand' ? 'paused by hand' : 'paused with its group'
  }
  return job.run.phase === 'starting' ? 'being started' : null
}

const ENDING = {
  kill: 'being killed on request',
  timeout: 'being ended: its time is over',
  lost: 'its waiter is gone: what is left of it is being ended',
} satisfies Record<NonNullable<ActiveJob['intent']>['why'], string>

function whileWaiting(
  { status, spec, wait, unmet, doomedBy, badStarts }: UnstartedJob,
  isGroupPaused: boolean,
): string {
  if (doomedBy !== null) return `comes after job ${doomedBy}, which did not succeed`
  if (status === 'paused') return 'paused before it was started'
  if (unmet > 0) return `waits for ${unmet} of: ${spec.after.join(', ')}`
  if (wait === null && isGroupPaused) return `waits: group "${spec.group}" is paused`
  if (wait === null) return `waits for its turn in group "${spec.group}"`
  const starts = badStarts === 1 ? 'a start' : `${badStarts} starts`
  const again = badStarts > 0 ? `, after ${starts} that failed` : ''
  return `waits until ${isoTime(waitOverMs(wait))}${again}`
}
