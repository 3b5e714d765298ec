import { sql } from 'kysely'
import type { Owner } from '../../domain/task.ts'
import { type Held, MOST_HELD } from '../../domain/task-claim.ts'
import type { Db } from './task-rows.ts'

/** What they work on, on any board. */
export async function heldBy(db: Db, by: Owner): Promise<Held[]> {
  const { rows } = await sql<Held>`
    select boards.name as list, tasks.id as id from tasks join boards on boards.id = tasks.board
    where tasks.owner = ${by.name} and tasks.wrapper is ${by.wrapper}
    and tasks.status = 'in_progress'
    order by boards.name, tasks.id limit ${MOST_HELD}
  `.execute(db)
  return rows.map(({ list, id }) => ({ list, id }))
}
