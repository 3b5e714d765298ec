import type { ClaimView } from '../contract/boards.ts'
import type { Owner } from '../domain/task.ts'
import type { ClaimOutcome } from '../domain/task-claim.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { Deps } from './deps.ts'
import { leaseFor } from './task-lease.ts'
import { viewTasks } from './tasks.ts'

/** A no is an answer too. */
export async function claimTask(
  deps: Deps,
  { as, id, list, ticket, wrapper }: BoardRequestOf<'task_claim'>,
): Promise<ClaimView> {
  const by: Owner = { name: as, wrapper: wrapper ?? null }
  const outcome = await deps.store().tasks.claim({
    list,
    by,
    leaseMs: leaseFor(deps),
    busyLimit: deps.config().config.board.busyLimit,
    nowMs: deps.clock.wallMs(),
    ...(id === undefined ? {} : { id }),
    ...(ticket === undefined ? {} : { ticket }),
  })
  if (outcome.kind === 'ok') deps.boards.changed()
  return viewOf(deps, outcome)
}

function viewOf(deps: Deps, outcome: ClaimOutcome): ClaimView {
  if (outcome.kind === 'not_found' || outcome.kind === 'busy') return outcome
  if (outcome.kind === 'blocked') {
    const { by, kind } = outcome
    const [task] = viewTasks(deps, outcome.task === undefined ? [] : [outcome.task])
    return task === undefined ? { kind, by } : { kind, by, task }
  }
  const [task] = viewTasks(deps, [outcome.task])
  if (task === undefined) throw new Error('a task that was found cannot be shown')
  if (outcome.kind !== 'already_owned') return { kind: outcome.kind, task }
  return { kind: outcome.kind, by: outcome.by.name, task }
}
