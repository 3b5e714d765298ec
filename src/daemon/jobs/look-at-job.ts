import type { ActiveJob } from '../../domain/job.ts'
import { intentOf } from '../../domain/job-end.ts'
import { judgeEnding, type JobVerdict } from '../../domain/job-ending.ts'
import type { AwakeTime } from '../../domain/job-run.ts'
import type { RunFacts } from '../../domain/job-step.ts'
import { isThere } from '../../host/file-exists.ts'
import { isRunning } from '../../host/identity.ts'
import { lookAtRun, type RunLook } from '../../host/jobs/look-at-run.ts'
import { cancelIfNotStarted } from '../../host/jobs/start-fence.ts'
import type { LiveRun } from './live-runs.ts'

export interface JobLook {
  readonly job: ActiveJob
  readonly live: LiveRun
  readonly facts: RunFacts
  readonly run: RunLook
}

/** What folder and processes of a job tell at this moment. */
export function lookAtJob(job: ActiveJob, live: LiveRun, now: AwakeTime): JobLook {
  const run = settleFence(job, live, lookAtRun(live.paths))
  live.began ??= run.record.began
  const facts: RunFacts = {
    now,
    isLaunching: live.isLaunching,
    verdict: verdictOf(job, live, run, now),
    began: live.began !== null,
    ending: live.ending,
    made: live.isStopping ? 'stopped' : live.made,
  }
  return { job, live, facts, run }
}

/**
 * Nobody has made the fence, and nobody of ours is about to: whoever was to start it before us may still be. Making
 * the fence ourselves settles it for good, unless somebody was faster.
 */
function settleFence({ run }: ActiveJob, live: LiveRun, look: RunLook): RunLook {
  const isOpen = look.fence === 'none' && look.written === null
  if (!isOpen || live.isLaunching || live.refusal !== null || run.phase === 'started') return look
  if (!isThere(live.paths.run)) return look
  cancelIfNotStarted(live.paths)
  return lookAtRun(live.paths)
}

function verdictOf(job: ActiveJob, live: LiveRun, look: RunLook, now: AwakeTime): JobVerdict {
  const verdict = judgeEnding({
    written: look.written,
    fence: job.run.phase === 'started' ? 'started' : look.fence,
    began: live.began !== null,
    waiter: look.waiter === 'alive' || livesUnseen(job, live) ? 'alive' : 'gone',
    otherBoot: (bootOf(job) ?? now.bootId) !== now.bootId,
    intent: intentOf(job),
    signalSent: live.mayBeSignalled,
    oomKills: look.record.end?.kind === 'ended' ? look.record.end.oomKills : null,
    command: job.spec.command[0] ?? '',
  })
  if (verdict.kind !== 'ended' || verdict.status !== 'lost' || isThere(live.paths.run))
    return verdict
  return { ...verdict, reason: 'its folder was removed while it ran, and with it how it ended' }
}

/** Its folder is gone, and with it the sign of life; then its number has to do. */
function livesUnseen({ run }: ActiveJob, { paths }: LiveRun): boolean {
  return run.phase === 'started' && !isThere(paths.alive) && isRunning(run.waiter)
}

function bootOf({ run }: ActiveJob): string | undefined {
  return run.phase === 'started' ? run.waiter.bootId : run.clock.since?.bootId
}
