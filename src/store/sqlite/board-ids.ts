import { sql } from 'kysely'
import type { Db, TaskEngine } from './task-rows.ts'

/** The last id of that list that was given out. */
export async function floorOf(db: Db, list: string): Promise<number> {
  const row = await db
    .selectFrom('board_ids')
    .select('floor')
    .where('name', '=', list)
    .executeTakeFirst()
  return row?.floor ?? 0
}

/** Ids up to this one are given out by the transaction that this belongs to, once they are kept elsewhere too. */
export async function spendIds(
  { db, keepIds }: TaskEngine,
  list: string,
  last: number,
): Promise<void> {
  keepIds(list, last)
  await raiseIdFloors(db, new Map([[list, last]]))
}

export async function raiseIdFloors(db: Db, floors: ReadonlyMap<string, number>): Promise<void> {
  const rows = Array.from(floors, ([name, floor]) => ({ name, floor }))
  if (rows.length === 0) return
  await sql`
    insert into board_ids (name, floor)
    select value ->> 'name', value ->> 'floor' from json_each(${JSON.stringify(rows)}) where true
    on conflict (name) do update set floor = max(floor, excluded.floor)
  `.execute(db)
}
