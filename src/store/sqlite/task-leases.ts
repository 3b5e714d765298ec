import { sql } from 'kysely'
import type { Task } from '../../domain/task.ts'
import type { Db, Row, TaskEngine } from './task-rows.ts'
import { tasksOf } from './task-rows.ts'

export async function nextLeaseMs({ db, clock }: TaskEngine): Promise<number | null> {
  const { rows } = await sql<{ until: number | null }>`
    select min(lease_until) as until from tasks where lease_until is not null
  `.execute(db)
  const until = rows[0]?.until ?? null
  return until === null ? null : until - (await clock.now(db))
}

export async function wrappersOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ wrapper: string }>`
    select distinct wrapper from tasks where status = 'in_progress' and wrapper is not null
  `.execute(db)
  return rows.map(({ wrapper }) => wrapper)
}

export function freeExpired(engine: TaskEngine, nowMs: number): Promise<Task[]> {
  return engine.db.transaction().execute(async (transaction) => {
    const untilMs = await engine.clock.now(transaction)
    const { rows } = await sql<Row>`
      select * from tasks where lease_until is not null and lease_until <= ${untilMs}
    `.execute(transaction)
    return free({ ...engine, db: transaction }, rows, { why: 'its lease is over', nowMs })
  })
}

export function freeOfWrapper(
  engine: TaskEngine,
  wrapper: string,
  why: string,
  nowMs: number,
): Promise<Task[]> {
  return engine.db.transaction().execute(async (transaction) => {
    const { rows } = await sql<Row>`
      select * from tasks where status = 'in_progress' and wrapper = ${wrapper}
    `.execute(transaction)
    return free({ ...engine, db: transaction }, rows, { why, nowMs })
  })
}

/** Gives them as they were. */
async function free(
  engine: TaskEngine,
  rows: readonly Row[],
  { why, nowMs }: { readonly why: string; readonly nowMs: number },
): Promise<Task[]> {
  const byBoard = Map.groupBy(rows, ({ board }) => board)
  const tasks: Task[] = []
  for (const [board, its] of byBoard) {
    const list = await nameOf(engine.db, board)
    tasks.push(...(await tasksOf(engine, { id: board, list }, its)))
    for (const { id, owner } of its) {
      await sql`
        update tasks set status = 'pending', owner = null, wrapper = null, lease_until = null,
          ticket = null, version = version + 1, updated_ms = ${nowMs}
        where board = ${board} and id = ${id}
      `.execute(engine.db)
      engine.ledger.write(nowMs, { type: 'task_freed', list, id, owner: owner ?? '', why })
    }
  }
  return tasks
}

async function nameOf(db: Db, board: number): Promise<string> {
  const { name } = await db
    .selectFrom('boards')
    .select('name')
    .where('id', '=', board)
    .executeTakeFirstOrThrow()
  return name
}
