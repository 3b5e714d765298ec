import { sql } from 'kysely'
import type { Edge } from '../../domain/task.ts'
import { findCycle } from '../../domain/task-cycles.ts'
import { idsIn } from './ids-in.ts'
import type { Db } from './task-rows.ts'

/** Of these ids those that no task has. */
export async function unknownIds(db: Db, board: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('tasks')
    .select('id')
    .where('board', '=', board)
    .where('id', 'in', idsIn(ids))
    .execute()
  const known = new Set(rows.map(({ id }) => id))
  return [...new Set(ids)].filter((id) => !known.has(id))
}

/** The ring that new arrows would close, if they do: only what can be reached from their heads matters. */
export async function ringWith(
  db: Db,
  board: number,
  added: readonly Edge[],
): Promise<readonly number[] | undefined> {
  if (added.length === 0) return undefined
  const heads = [...new Set(added.map(({ blocked }) => blocked))]
  const { rows } = await sql<Edge>`
    with recursive down (id) as (
      select value from json_each(${JSON.stringify(heads)})
      union
      select blocked from down cross join task_edges on board = ${board} and blocker = down.id
    )
    select blocker, blocked from down cross join task_edges on board = ${board} and blocker = down.id
  `.execute(db)
  return findCycle([...added, ...rows])
}

export async function insertEdges(db: Db, board: number, edges: readonly Edge[]): Promise<void> {
  if (edges.length === 0) return
  await sql`
    insert or ignore into task_edges (board, blocker, blocked)
    select ${board}, value ->> 'blocker', value ->> 'blocked' from json_each(${JSON.stringify(edges)})
  `.execute(db)
}

export async function deleteEdges(db: Db, board: number, edges: readonly Edge[]): Promise<void> {
  if (edges.length === 0) return
  await sql`
    delete from task_edges where board = ${board} and (blocker, blocked) in (
      select value ->> 'blocker', value ->> 'blocked' from json_each(${JSON.stringify(edges)})
    )
  `.execute(db)
}

/** Their relations are others now: whoever saw them before saw another version. */
export async function bumpVersions(db: Db, board: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('tasks')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('board', '=', board)
    .where('id', 'in', idsIn(ids))
    .execute()
}
