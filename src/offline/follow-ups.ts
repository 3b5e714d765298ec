import type { FollowUpView } from '../contract/follow-ups.ts'
import { readOutputEnds } from '../host/jobs/output-ends.ts'
import { runPaths } from '../host/jobs/run-paths.ts'
import type { Paths } from '../host/paths.ts'
import { viewFollowUps } from '../operations/follow-ups.ts'
import type { FollowUpQuery } from '../store/follow-up-store.ts'
import { readStore } from './read-store.ts'

/** What sessions are owed, newest first, as the store tells it while no daemon runs. */
export async function offlineFollowUps(
  paths: Paths,
  query: FollowUpQuery,
): Promise<FollowUpView[]> {
  const outputOf = (job: number, attempt: number) =>
    readOutputEnds(runPaths(paths.jobs, job, attempt))
  const found = await readStore(paths, async (store) => {
    const followUps = await store.followUps.list(query)
    return viewFollowUps({ store: () => store, followUps: { outputOf } }, followUps)
  })
  return found ?? []
}

export async function offlineFollowUpCounts(
  paths: Paths,
): Promise<{ readonly pending: number; readonly given_up: number }> {
  const counts = await readStore(paths, (store) => store.followUps.counts())
  return { pending: counts?.pending ?? 0, given_up: counts?.givenUp ?? 0 }
}
