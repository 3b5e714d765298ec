import type {
  BoardExportView,
  BoardShowInput,
  BoardShownView,
  BoardsInput,
  BoardVerbName,
  BoardView,
  TasksInput,
  TaskView,
} from '../contract/boards.ts'
import { ProblemError } from '../domain/problem.ts'
import { noBoard } from '../domain/task-problems.ts'
import { parseRequest, type RequestOf } from '../formats/requests.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import { listBoards } from '../operations/boards.ts'
import { exportBoard } from '../operations/move-board.ts'
import { listTasks, showTasks, showWhole } from '../operations/tasks.ts'
import type { Store } from '../store/store.ts'
import { readStore } from './read-store.ts'

/** Boards by name, as the store tells of them while no daemon runs. */
export async function offlineBoards(paths: Paths, query: BoardsInput): Promise<BoardView[]> {
  const input = accept('boards', query)
  return (await readStore(paths, (store) => listBoards(reading(store), input))) ?? []
}

/** One board with its tasks. */
export async function offlineBoard(paths: Paths, query: BoardShowInput): Promise<BoardShownView> {
  const input = accept('board_show', query)
  return readOf(paths, query.list, (store) => showWhole(reading(store), input))
}

export async function offlineTasks(paths: Paths, query: TasksInput): Promise<TaskView[]> {
  const input = accept('tasks', query)
  return readOf(paths, query.list, (store) => listTasks(reading(store), input))
}

/** Those tasks in the order asked for. */
export async function offlineTasksById(
  paths: Paths,
  list: string,
  ids: readonly number[],
): Promise<TaskView[]> {
  const input = accept('task', { list, ids })
  return readOf(paths, list, (store) => showTasks(reading(store), input))
}

export async function offlineExport(paths: Paths, list: string): Promise<BoardExportView> {
  const input = accept('board_export', { list })
  return readOf(paths, list, (store) => exportBoard(reading(store), input))
}

/** As the daemon would take it. */
function accept<Name extends BoardVerbName>(name: Name, raw: object): RequestOf<Name> {
  const parsed = parseRequest(name, raw)
  if (parsed.ok) return parsed.value
  const [first] = parsed.issues
  const message = first === undefined ? 'bad request' : `${first.field}: ${first.reason}`
  throw new ProblemError({ kind: 'usage', message })
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
