import type { ChangedTaskView, DroppedTaskView } from '../contract/boards.ts'
import { given } from '../domain/given.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Task } from '../domain/task.ts'
import { actOn, type TaskAct } from '../domain/task-acts.ts'
import type { TaskEdit } from '../domain/task-edit.ts'
import type { Asker } from '../domain/task-moves.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { ActOutcome } from '../store/task-store.ts'
import type { Deps } from './deps.ts'
import { leaseFor } from './task-lease.ts'
import { vetoed } from './task-veto.ts'
import { viewTasks } from './tasks.ts'

type Request = BoardRequestOf<'task_done'>
type Word = Exclude<TaskAct['do'], 'edit'>

/** While a hook thinks the tasks may become others; it is then asked again, so many times. */
const MOST_QUESTIONS = 3

export function actOnTasks(deps: Deps, input: Request, word: Word): Promise<ChangedTaskView[]> {
  const act: TaskAct = word === 'renew' ? { do: word, leaseMs: leaseFor(deps) } : { do: word }
  return perform(deps, input, act)
}

export function editTasks(
  deps: Deps,
  input: BoardRequestOf<'task_edit'>,
): Promise<ChangedTaskView[]> {
  const edit: TaskEdit = given({
    version: input.version,
    subject: input.subject,
    description: input.description,
    activeForm: input.active_form,
    priority: input.priority,
    metadata: input.metadata,
    status: input.status,
    owner: input.owner,
    blockedBy: input.blocked_by,
    blocks: input.blocks,
    unblock: input.unblock,
  })
  const { busyLimit } = deps.config().config.board
  return perform(deps, input, { do: 'edit', edit, leaseMs: leaseFor(deps), busyLimit })
}

export async function dropTasks(deps: Deps, input: Request): Promise<DroppedTaskView[]> {
  const { list, ids } = input
  const nowMs = deps.clock.wallMs()
  const outcome = await deps.store().tasks.drop({ list, ids, asker: askerOf(input), nowMs })
  if (!outcome.ok) throw new ProblemError(outcome.problem)
  deps.boards.changed()
  return outcome.dropped.map(({ id, touched }) => ({ id, touched }))
}

async function perform(deps: Deps, input: Request, act: TaskAct): Promise<ChangedTaskView[]> {
  const outcome = await ask(deps, input, act)
  if (!outcome.ok) {
    if (outcome.why === 'refused') throw new ProblemError(outcome.problem)
    throw new ProblemError(TOO_LIVELY)
  }
  deps.boards.changed()
  const views = viewTasks(
    deps,
    outcome.done.map(({ task }) => task),
  )
  return views.map((task, at) => ({ task, changed: outcome.done[at]?.fields ?? [] }))
}

/** What completes a task is asked about first, and holds for the tasks as they were then. */
async function ask(deps: Deps, input: Request, act: TaskAct): Promise<ActOutcome> {
  const { list, ids } = input
  const wish = { list, ids, act, asker: askerOf(input) }
  const completes = act.do === 'done' || (act.do === 'edit' && act.edit.status === 'completed')
  if (!completes) return deps.store().tasks.act({ ...wish, nowMs: deps.clock.wallMs() })
  let outcome: ActOutcome = { ok: false, why: 'moved on' }
  for (let question = 0; question < MOST_QUESTIONS && isMovedOn(outcome); question += 1) {
    const versions = await heard(deps, input, act)
    const nowMs = deps.clock.wallMs()
    outcome = await deps.store().tasks.act({
      ...wish,
      nowMs,
      ...(versions === undefined ? {} : { versions }),
    })
  }
  return outcome
}

function isMovedOn(outcome: ActOutcome): boolean {
  return !outcome.ok && outcome.why === 'moved on'
}

/** The versions that the hook has nothing against; undefined where none is asked. */
async function heard(
  deps: Deps,
  input: Request,
  act: TaskAct,
): Promise<ReadonlyMap<number, number> | undefined> {
  if (deps.config().config.board.hooks.complete === null) return undefined
  const { as, ids, list } = input
  const tasks = await deps.store().tasks.get(list, ids)
  const open = tasks.filter(({ status }) => status !== 'completed')
  const isVain = tasks.length < ids.length || open.some((task) => isRefused(task, act, input))
  const why =
    open.length === 0 || isVain
      ? undefined
      : await deps.boards.objection({
          hook: 'complete',
          list,
          by: as,
          tasks: viewTasks(deps, open),
        })
  if (why !== undefined) throw vetoed(deps, { list, what: `completing ${said(open)}`, why })
  return new Map(tasks.map(({ id, version }) => [id, version]))
}

/** Whatever it waits for may be completed with it. */
function isRefused(task: Task, act: TaskAct, input: Request): boolean {
  return actOn({ ...task, unmet: 0 }, act, askerOf(input), 0).kind === 'no'
}

function said(tasks: readonly { readonly id: number }[]): string {
  return `task${tasks.length === 1 ? '' : 's'} ${tasks.map(({ id }) => id).join(', ')}`
}

function askerOf({ as, force, wrapper }: Request): Asker {
  return { by: { name: as, wrapper: wrapper ?? null }, force }
}

const TOO_LIVELY = {
  kind: 'refused',
  message: 'the tasks were changed by others each time the hook was asked about them',
  hint: 'try again',
} as const
