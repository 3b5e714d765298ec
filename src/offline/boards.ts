import type {
  BoardExportView,
  BoardsInput,
  BoardView,
  TasksInput,
  TaskView,
} from '../contract/boards.ts'
import { ProblemError } from '../domain/problem.ts'
import { noBoard } from '../domain/task-problems.ts'
import { boardRequestSchemas } from '../formats/board-requests.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import { listBoards, showBoard } from '../operations/boards.ts'
import { exportBoard } from '../operations/move-board.ts'
import { listTasks, showTasks } from '../operations/tasks.ts'
import type { Store } from '../store/store.ts'
import { readStore } from './read-store.ts'

/** Boards by name, as the store tells of them while no daemon runs. */
export async function offlineBoards(paths: Paths, query: BoardsInput): Promise<BoardView[]> {
  const input = boardRequestSchemas.boards.parse(query)
  return (await readStore(paths, (store) => listBoards(reading(store), input))) ?? []
}

export function offlineBoard(paths: Paths, list: string): Promise<BoardView> {
  return readOf(paths, list, (store) => showBoard(reading(store), { list }))
}

export function offlineTasks(paths: Paths, query: TasksInput): Promise<TaskView[]> {
  const input = boardRequestSchemas.tasks.parse(query)
  return readOf(paths, query.list, (store) => listTasks(reading(store), input))
}

/** Those tasks in the order asked for. */
export function offlineTasksById(
  paths: Paths,
  list: string,
  ids: readonly number[],
): Promise<TaskView[]> {
  return readOf(paths, list, (store) => showTasks(reading(store), { list, ids: [...ids] }))
}

export function offlineExport(paths: Paths, list: string): Promise<BoardExportView> {
  return readOf(paths, list, (store) => exportBoard(reading(store), { list }))
}

async function readOf<Value>(
  paths: Paths,
  list: string,
  ask: (store: Store) => Promise<Value>,
): Promise<Value> {
  const found = await readStore(paths, ask)
  if (found === undefined) throw new ProblemError(noBoard(list))
  return found
}

/** Leases stand still while no daemon runs: nothing of them is left to be counted. */
function reading(store: Store) {
  return { store: () => store, clock: systemClock, boards: { uncountedMs: () => 0 } }
}
