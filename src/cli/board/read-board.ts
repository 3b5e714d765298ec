import type {
  BoardExportView,
  BoardShowInput,
  BoardShownView,
  BoardsInput,
  BoardView,
  TasksInput,
  TaskView,
} from '../../contract/boards.ts'
import type { House } from '../shell.ts'

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
  { client, paths }: House,
  query: BoardShowInput,
): Promise<BoardShownView> {
  const live = await client.ask('board_show', query)
  if (live !== undefined) return live
  const { offlineBoard } = await import('../../offline/boards.ts')
  return offlineBoard(paths, query)
}

export async function readExport({ client, paths }: House, list: string): Promise<BoardExportView> {
  const live = await client.ask('board_export', { list })
  if (live !== undefined) return live
  const { offlineExport } = await import('../../offline/boards.ts')
  return offlineExport(paths, list)
}
