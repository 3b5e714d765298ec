import { type RawBuilder, sql } from 'kysely'
import type { Task } from '../../domain/task.ts'
import type { BoardWith, TaskQuery } from '../task-store.ts'
import { getBoard } from './boards.ts'
import { findBoard, type Row, rowsById, type TaskEngine, tasksOf } from './task-rows.ts'

/** In the order asked for; what is not there is left out. */
export async function getTasks(
  engine: TaskEngine,
  list: string,
  ids: readonly number[],
): Promise<Task[]> {
  const board = await findBoard(engine.db, list)
  if (board === undefined) return []
  const tasks = await tasksOf(engine, board, await rowsById(engine.db, board.id, ids))
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export async function listTasks(engine: TaskEngine, query: TaskQuery): Promise<Task[]> {
  const board = await findBoard(engine.db, query.list)
  if (board === undefined) return []
  const { rows } = await sql<Row>`
    select * from tasks where board = ${board.id} and ${conditions(query)}
    limit ${query.limit ?? -1}
  `.execute(engine.db)
  return tasksOf(engine, board, rows)
}

export async function getBoardWith(
  engine: TaskEngine,
  list: string,
  parts: readonly Omit<TaskQuery, 'list'>[],
): Promise<BoardWith | undefined> {
  const board = await getBoard(engine.db, list)
  if (board === undefined) return undefined
  const tasks: Task[] = []
  for (const part of parts) tasks.push(...(await listTasks(engine, { list, ...part })))
  return { board, tasks: tasks.toSorted((a, b) => a.id - b.id) }
}

/** Each way to ask has an index that gives the rows in order. */
function conditions(query: TaskQuery): RawBuilder<unknown> {
  const { archived = false, beforeId, internal = false, owner, ready = false, status } = query
  const parts = [
    ready
      ? sql`lane = 'ready'`
      : archived
        ? sql`archived_ms is not null`
        : internal
          ? sql`archived_ms is null`
          : sql`shown = 1`,
  ]
  if (status !== undefined) parts.push(sql`status = ${status}`)
  if (owner !== undefined) parts.push(sql`${plainly(status)}owner = ${owner}`)
  if (beforeId !== undefined) parts.push(sql`id < ${beforeId}`)
  const order = ready ? sql`order by priority desc, id` : sql`order by id desc`
  return sql`${sql.join(parts, sql` and `)} ${order}`
}

/** With both, the plus keeps the engine on the index of the status, which is never without rows of others. */
function plainly(status: string | undefined): RawBuilder<unknown> {
  return status === undefined ? sql`` : sql`+`
}
