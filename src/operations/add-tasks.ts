import type { AddedTasksView, NewTask, TaskReference } from '../contract/boards.ts'
import { given } from '../domain/given.ts'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import type { TaskDraft, TaskRef } from '../domain/task.ts'
import { sayCycle } from '../domain/task-cycles.ts'
import { isArchivedBoard } from '../domain/task-problems.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { CreateOutcome } from '../store/task-store.ts'
import type { Deps } from './deps.ts'
import { vetoed } from './task-veto.ts'
import { viewTasks } from './tasks.ts'

type Request = BoardRequestOf<'task_add'>

/** All of them or none. */
export async function addTasks(deps: Deps, input: Request): Promise<AddedTasksView> {
  const { list, as, wrapper, session, ticket } = input
  await hear(deps, input)
  const outcome = await deps.store().tasks.create({
    list,
    drafts: input.tasks.map(draftOf),
    session: session ?? null,
    by: as === undefined ? null : { name: as, wrapper: wrapper ?? null },
    nowMs: deps.clock.wallMs(),
    ...(ticket === undefined ? {} : { ticket }),
  })
  if (!outcome.ok) throw new ProblemError(refusalOf(outcome, input))
  return { tasks: viewTasks(deps, outcome.tasks) }
}

/** What was added, and is asked for again because the answer was lost, is nothing to object to. */
async function hear(deps: Deps, { as, list, tasks, ticket }: Request): Promise<void> {
  if (deps.config().config.board.hooks.create === null) return
  if (ticket !== undefined && (await deps.store().tasks.isTicketUsed(ticket))) return
  const question = { hook: 'create', list, by: as ?? null, tasks: tasks.map(asAsked) } as const
  const why = await deps.boards.objection(question)
  if (why !== undefined) throw vetoed(deps, { list, what: 'adding tasks', why })
}

function asAsked({ blocks, blocked_by: blockedBy, ...task }: Request['tasks'][number]): NewTask {
  return given({ ...task, blocks: blocks?.map(nameOf), blocked_by: blockedBy?.map(nameOf) })
}

function nameOf(ref: TaskRef): TaskReference {
  return ref.kind === 'id' ? ref.id : `#${ref.at + 1}`
}

function draftOf(task: Request['tasks'][number]): TaskDraft {
  return {
    subject: task.subject,
    description: task.description ?? null,
    activeForm: task.active_form ?? null,
    priority: task.priority ?? 0,
    owner: task.owner ?? null,
    metadata: task.metadata ?? {},
    blocks: task.blocks ?? [],
    blockedBy: task.blocked_by ?? [],
  }
}

function refusalOf(
  outcome: Extract<CreateOutcome, { ok: false }>,
  { list, tasks }: Request,
): Problem {
  if (outcome.why === 'archived') return isArchivedBoard(list)
  if (outcome.why === 'ticket') return OTHER_TICKET
  if (outcome.why === 'cycle') return wouldCloseRing(outcome)
  const { at, ids } = outcome
  const item =
    tasks.length === 1 ? '' : ` of #${at + 1} ("${printableLine(tasks[at]?.subject ?? '', 60)}")`
  const those = ids.length === 1 ? 'there is no task' : 'there are no tasks'
  return {
    kind: 'not_found',
    message: `what blocks or is blocked${item}: ${those} ${ids.join(', ')} on this board; nothing was added`,
    hint: '`curfew task list` lists them; "#N" means the Nth of those added together',
  }
}

/** What was not added has no ids: they are told by their places. */
function wouldCloseRing({
  first,
  ring,
}: {
  readonly first: number
  readonly ring: readonly number[]
}): Problem {
  const names = ring.map((id) => (id < first ? String(id) : `#${id - first + 1}`))
  const message = `task ${names[0]} would wait for itself: ${sayCycle(names)}; nothing was added`
  return { kind: 'refused', message, hint: 'take one of these relations out of the list' }
}

const OTHER_TICKET = {
  kind: 'refused',
  message: 'this ticket was used to add tasks to another board; nothing was added',
  hint: 'each batch needs a ticket of its own',
} as const
