import { sql } from 'kysely'
import type { BoardImport, ImportOutcome } from '../task-store.ts'
import { spendIds } from './board-ids.ts'
import { putBoard } from './boards.ts'
import { insertEdges, unknownIds } from './task-edges.ts'
import { contentColumns, type Db, findBoard, type TaskEngine } from './task-rows.ts'

export function importBoard(engine: TaskEngine, what: BoardImport): Promise<ImportOutcome> {
  return engine.db.transaction().execute(async (transaction): Promise<ImportOutcome> => {
    const ids = what.tasks.map(({ id }) => id)
    const known = await findBoard(transaction, what.list)
    if (known !== undefined) {
      const free = new Set(await unknownIds(transaction, known.id, ids))
      const taken = ids.filter((id) => !free.has(id))
      if (taken.length > 0) return { ok: false, taken }
    }
    const inside = { ...engine, db: transaction }
    const floor = ids.reduce((most, id) => Math.max(most, id), what.idFloor)
    await spendIds(inside, what.list, floor)
    const isNew = await putBoard(inside, what)
    const board = known ?? (await findBoard(transaction, what.list))
    if (board === undefined) throw new Error('a board that was made is not there')
    const leaseFromMs = await engine.clock.now(transaction)
    await insertAll(transaction, board.id, what, leaseFromMs)
    await insertEdges(transaction, board.id, what.edges)
    const { from, list, nowMs, tasks } = what
    engine.ledger.write(nowMs, { type: 'board_imported', list, count: tasks.length, from })
    return { ok: true, isNew }
  })
}

async function insertAll(
  db: Db,
  board: number,
  { tasks, leaseMs }: BoardImport,
  leaseFromMs: number,
): Promise<void> {
  const rows = tasks.map((task) => ({
    ...contentColumns(task),
    id: task.id,
    status: task.status,
    owner: task.owner,
    lease_until:
      task.status === 'in_progress' && leaseMs > 0 ? leaseFromMs + Math.round(leaseMs) : null,
    created_ms: task.createdMs,
    updated_ms: task.updatedMs,
    archived_ms: task.archivedMs,
  }))
  await sql`
    insert into tasks (
      board, id, subject, description, active_form, status, priority, owner, metadata, internal,
      lease_until, version, unmet, created_ms, updated_ms, archived_ms
    )
    select ${board}, value ->> 'id', value ->> 'subject', value ->> 'description',
      value ->> 'active_form', value ->> 'status', value ->> 'priority', value ->> 'owner',
      value ->> 'metadata', value ->> 'internal', value ->> 'lease_until', 1, 0,
      value ->> 'created_ms', value ->> 'updated_ms', value ->> 'archived_ms'
    from json_each(${JSON.stringify(rows)})
  `.execute(db)
}
