import type { ActiveJob } from '../../domain/job.ts'
import type { Start } from '../../domain/job-moves.ts'
import type { AwakeTime } from '../../domain/job-run.ts'
import type { PidAndStart, RunBegan } from '../../formats/exit-record.ts'
import type { RunLook } from '../../host/jobs/look-at-run.ts'

/** What its waiter has written down about its start; it lives, so that was in this boot. */
export function startOf(
  { run }: ActiveJob,
  { waiter, job, reach, cgroup, clockMs }: RunBegan,
  { startedAtMs }: Pick<RunLook, 'startedAtMs'>,
  { awakeMs, bootId }: AwakeTime,
): Start {
  const inThisBoot = (process: PidAndStart) => ({ ...process, bootId })
  return {
    startedMs: startedAtMs ?? run.startedMs,
    // No later than now: where there is no such clock it is the time of day.
    began: clockMs === null ? null : { awakeMs: Math.min(clockMs, awakeMs), bootId },
    waiter: inThisBoot(waiter),
    process: inThisBoot(job),
    reach,
    place: cgroup,
  }
}
