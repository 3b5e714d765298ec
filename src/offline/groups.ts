import type { GroupView } from '../contract/jobs.ts'
import { mergeGroups } from '../domain/job-groups.ts'
import type { Paths } from '../host/paths.ts'
import { requireConfig } from './config.ts'
import { readStore } from './read-store.ts'

/** The queues with their slots, read while no daemon runs. */
export async function offlineGroups(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<GroupView[]> {
  const config = await requireConfig(paths, environment)
  const found = await readStore(paths, async ({ jobs }) => ({
    stored: await jobs.groups(),
    counts: await jobs.groupCounts(),
  }))
  const groups = mergeGroups(config.jobs.groups, found?.stored ?? [])
  const names = new Set([...groups.keys(), ...(found?.counts.keys() ?? [])])
  return [...names].toSorted().map((name) => {
    const { slots = 1, paused = false } = groups.get(name) ?? {}
    const { active = 0, waiting = 0 } = found?.counts.get(name) ?? {}
    return { name, slots, paused, running: active, queued: waiting }
  })
}
