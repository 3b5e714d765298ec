import type { BoardShownView, TaskView } from '../contract/boards.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Task } from '../domain/task.ts'
import { noBoard, noTasks } from '../domain/task-problems.ts'
import type { BoardRequestOf } from '../formats/board-requests.ts'
import type { Deps } from './deps.ts'
import { viewBoard, viewTask } from './view-board.ts'

/** Of each status. */
const MOST_SHOWN = 1_000

interface ViewDeps extends Pick<Deps, 'clock' | 'store'> {
  readonly boards: Pick<Deps['boards'], 'uncountedMs'>
}

export async function listTasks(
  deps: ViewDeps,
  input: BoardRequestOf<'tasks'>,
): Promise<TaskView[]> {
  const { archived, before, internal, limit, list, owner, ready, status } = input
  const tasks = await deps.store().tasks.list({
    list,
    limit,
    ready,
    internal,
    archived,
    ...(before === undefined ? {} : { beforeId: before }),
    ...(owner === undefined ? {} : { owner }),
    ...(status === undefined ? {} : { status }),
  })
  if (tasks.length === 0) await checkBoard(deps, list)
  return viewTasks(deps, tasks)
}

/** In the order asked for. */
export async function showTasks(
  deps: ViewDeps,
  { list, ids }: BoardRequestOf<'task'>,
): Promise<TaskView[]> {
  const tasks = await deps.store().tasks.get(list, ids)
  if (tasks.length === 0) await checkBoard(deps, list)
  const found = new Set(tasks.map(({ id }) => id))
  const unknown = ids.filter((id) => !found.has(id))
  if (unknown.length > 0) throw new ProblemError(noTasks(unknown))
  return viewTasks(deps, tasks)
}

/** A board and its tasks as they are at one moment; of a large one the newest of each status. */
export async function showWhole(
  deps: ViewDeps,
  { list, statuses }: BoardRequestOf<'board_show'>,
): Promise<BoardShownView> {
  const parts = statuses.map((status) => ({ status, limit: MOST_SHOWN }))
  const found = await deps.store().tasks.boardWith(list, parts)
  if (found === undefined) throw new ProblemError(noBoard(list))
  return { ...viewBoard(found.board), tasks: viewTasks(deps, found.tasks) }
}

export function viewTasks(deps: ViewDeps, tasks: readonly Task[]): TaskView[] {
  const times = { nowMs: deps.clock.wallMs(), uncountedMs: deps.boards.uncountedMs() }
  return tasks.map((task) => viewTask(task, times))
}

async function checkBoard({ store }: ViewDeps, list: string): Promise<void> {
  if ((await store().tasks.board(list)) === undefined) throw new ProblemError(noBoard(list))
}
