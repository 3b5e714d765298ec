import type {
  BoardExportView,
  BoardShownView,
  BoardsInput,
  BoardView,
  TasksInput,
  TaskView,
} from '../../contract/boards.ts'
import { TASK_STATUSES, type TaskStatus } from '../../domain/task.ts'
import type { House } from '../shell.ts'

/** As many of each status as one answer holds. */
const MOST_SHOWN = 1000

/** Boards by name, from the daemon or what the last one left. */
export async function readBoards(
  { client, paths }: House,
  query: BoardsInput,
): Promise<BoardView[]> {
  const live = await client.ask('boards', query)
  if (live !== undefined) return live
  const { offlineBoards } = await import('../../offline/boards.ts')
  return offlineBoards(paths, query)
}

export async function readTasks({ client, paths }: House, query: TasksInput): Promise<TaskView[]> {
  const live = await client.ask('tasks', query)
  if (live !== undefined) return live
  const { offlineTasks } = await import('../../offline/boards.ts')
  return offlineTasks(paths, query)
}

/** In the order asked for. */
export async function readTasksById(
  { client, paths }: House,
  list: string,
  ids: readonly number[],
): Promise<TaskView[]> {
  const live = await client.ask('task', { list, ids })
  if (live !== undefined) return live
  const { offlineTasksById } = await import('../../offline/boards.ts')
  return offlineTasksById(paths, list, ids)
}

/** A board with its tasks; of a large one with the newest of each status. */
export async function readShown(
  house: House,
  list: string,
  statuses: readonly TaskStatus[] = TASK_STATUSES,
): Promise<BoardShownView> {
  const board = await readBoard(house, list)
  const parts = await Promise.all(
    statuses.map((status) => readTasks(house, { list, status, limit: MOST_SHOWN })),
  )
  // What moves between two of the questions is answered twice.
  const byId = new Map(parts.flat().map((task) => [task.id, task]))
  return { ...board, tasks: [...byId.values()].toSorted((a, b) => a.id - b.id) }
}

async function readBoard({ client, paths }: House, list: string): Promise<BoardView> {
  const live = await client.ask('board', { list })
  if (live !== undefined) return live
  const { offlineBoard } = await import('../../offline/boards.ts')
  return offlineBoard(paths, list)
}

export async function readExport({ client, paths }: House, list: string): Promise<BoardExportView> {
  const live = await client.ask('board_export', { list })
  if (live !== undefined) return live
  const { offlineExport } = await import('../../offline/boards.ts')
  return offlineExport(paths, list)
}
