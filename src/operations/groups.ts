import type { GroupView, RemovedGroupView } from '../contract/jobs.ts'
import { groupOf, unknownGroup } from '../domain/job-groups.ts'
import { ProblemError } from '../domain/problem.ts'
import type { JobRequestOf } from '../formats/job-requests.ts'
import type { Deps } from './deps.ts'

export async function listGroups(deps: Deps): Promise<GroupView[]> {
  const groups = await deps.jobs.groups()
  const counts = await deps.store().jobs.groupCounts()
  const names = [...new Set([...groups.keys(), ...counts.keys()])].toSorted()
  return names.map((name) => {
    const { slots, paused } = groupOf(groups, name)
    const { active = 0, waiting = 0 } = counts.get(name) ?? {}
    return { name, slots, paused, running: active, queued: waiting }
  })
}

export async function setGroup(deps: Deps, input: JobRequestOf<'group_set'>): Promise<GroupView> {
  await deps.store().jobs.setGroup(input.name, input.slots)
  deps.jobs.changed([])
  const group = (await listGroups(deps)).find(({ name }) => name === input.name)
  if (group === undefined) throw new Error('a group that was set is not there')
  return group
}

export async function removeGroup(
  deps: Deps,
  { name }: JobRequestOf<'group_remove'>,
): Promise<RemovedGroupView> {
  const outcome = await deps.store().jobs.removeGroup(name)
  if (outcome.removed) {
    deps.jobs.changed([])
    return { removed: true }
  }
  if (outcome.why === 'in use') {
    const { active, waiting } = outcome.count
    throw new ProblemError({
      kind: 'refused',
      message: `group "${name}" is in use: ${active} of its jobs run, ${waiting} wait`,
      hint: 'let them end, or kill them, first',
    })
  }
  throw new ProblemError(unknownGroup(await deps.jobs.groups(), name) ?? configured(name))
}

function configured(name: string) {
  return {
    kind: 'refused',
    message: `group "${name}" comes from the config: nothing was set for it by hand`,
    hint: 'change it there',
  } as const
}
