import type { WaitView } from '../contract/jobs.ts'
import { isEnded } from '../domain/job.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'
import { findJobs, viewJobs } from './find-jobs.ts'

/** Answers when all of them have ended, or as it stands when the time is over, or the daemon leaves. */
export async function waitForJobs(
  deps: Deps,
  input: JobRequestOf<'wait'>,
  gone: AbortSignal,
): Promise<WaitView> {
  const untilMs = deps.clock.monotonicMs() + input.wait
  for (;;) {
    const jobs = await findJobs(deps, input.ids)
    const open = jobs.flatMap((job) => (isEnded(job) ? [] : [job.id]))
    const leftMs = untilMs - deps.clock.monotonicMs()
    if (open.length === 0 || leftMs <= 0 || gone.aborted || deps.jobs.isLeaving()) {
      return { jobs: await viewJobs(deps, jobs), ended: open.length === 0 }
    }
    await deps.jobs.nextEnd(open, leftMs, gone)
  }
}
