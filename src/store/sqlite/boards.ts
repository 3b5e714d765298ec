import { type Selectable, sql } from 'kysely'
import { type Board, TASK_STATUSES, type TaskStatus } from '../../domain/task.ts'
import type { BoardAsk, BoardDraft, BoardMade, BoardQuery } from '../task-store.ts'
import { idsIn } from './ids-in.ts'
import type { BoardRow } from './tables.ts'
import { type Db, findBoard, readMetadata, seeOn, type TaskEngine } from './task-rows.ts'

export function createBoard({ db, ledger }: TaskEngine, draft: BoardDraft): Promise<BoardMade> {
  return db.transaction().execute(async (transaction) => {
    const isNew = await putBoard({ db: transaction, ledger }, draft)
    const board = await getBoard(transaction, draft.list)
    if (board === undefined) throw new Error('a board that was made is not there')
    return { board, isNew }
  })
}

/** What is not said of one that is there stays as it is. */
export async function putBoard(
  { db, ledger }: Pick<TaskEngine, 'db' | 'ledger'>,
  draft: BoardDraft,
): Promise<boolean> {
  const { list, nowMs, by } = draft
  const known = await findBoard(db, list)
  const said = {
    ...(draft.role === undefined ? {} : { role: draft.role }),
    ...(draft.session === undefined ? {} : { session: draft.session }),
    ...(draft.metadata === undefined ? {} : { metadata: JSON.stringify(draft.metadata) }),
    updated_ms: nowMs,
  }
  if (known === undefined) {
    await db
      .insertInto('boards')
      .values({ name: list, created_ms: nowMs, metadata: '{}', ...said })
      .execute()
    ledger.write(nowMs, { type: 'board_created', list, by })
  } else {
    await db
      .updateTable('boards')
      .set({ ...said, archived_ms: null })
      .where('id', '=', known.id)
      .execute()
  }
  const board = known ?? (await findBoard(db, list))
  if (board !== undefined) await seeOn(db, board.id, by, nowMs)
  return known === undefined
}

export async function getBoard(db: Db, list: string): Promise<Board | undefined> {
  const row = await withFloors(db).where('boards.name', '=', list).executeTakeFirst()
  return row && (await boardsOf(db, [row]))[0]
}

export async function listBoards(db: Db, query: BoardQuery): Promise<Board[]> {
  const { after, archived, limit, session } = query
  let select = withFloors(db).orderBy('boards.name').limit(limit)
  select = select.where('archived_ms', archived ? 'is not' : 'is', null)
  if (session !== undefined) select = select.where('session', '=', session)
  if (after !== undefined) select = select.where('boards.name', '>', after)
  return boardsOf(db, await select.execute())
}

export function archiveBoard(
  { db, ledger }: TaskEngine,
  { by, list, nowMs }: BoardAsk,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('boards')
      .set({ archived_ms: sql<number>`coalesce(archived_ms, ${nowMs})`, updated_ms: nowMs })
      .where('name', '=', list)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    ledger.write(nowMs, { type: 'board_archived', list, by })
    return true
  })
}

export function resetBoard(
  { db, ledger }: TaskEngine,
  { by, list, nowMs }: BoardAsk,
): Promise<number | undefined> {
  return db.transaction().execute(async (transaction) => {
    const board = await findBoard(transaction, list)
    if (board === undefined) return undefined
    // Relations first: they tell those they hold up.
    await transaction.deleteFrom('task_edges').where('board', '=', board.id).execute()
    const { numDeletedRows } = await transaction
      .deleteFrom('tasks')
      .where('board', '=', board.id)
      .executeTakeFirst()
    await transaction
      .updateTable('boards')
      .set({ updated_ms: nowMs })
      .where('id', '=', board.id)
      .execute()
    const count = Number(numDeletedRows)
    ledger.write(nowMs, { type: 'board_reset', list, count, by })
    return count
  })
}

function withFloors(db: Db) {
  return db
    .selectFrom('boards')
    .leftJoin('board_ids', 'board_ids.name', 'boards.name')
    .selectAll('boards')
    .select('board_ids.floor')
}

type BoardWithFloor = Selectable<BoardRow> & { readonly floor: number | null }

async function boardsOf(db: Db, rows: readonly BoardWithFloor[]): Promise<Board[]> {
  const ids = idsIn(rows.map(({ id }) => id))
  const counts = await db.selectFrom('board_counts').selectAll().where('board', 'in', ids).execute()
  const seen = await db
    .selectFrom('board_seen')
    .selectAll()
    .where('board', 'in', ids)
    .orderBy('at_ms', 'desc')
    .orderBy('who')
    .execute()
  const countsBy = Map.groupBy(counts, ({ board }) => board)
  const seenBy = Map.groupBy(seen, ({ board }) => board)
  return rows.map((row) => ({
    list: row.name,
    role: row.role,
    session: row.session,
    metadata: readMetadata(row.metadata),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    archivedMs: row.archived_ms,
    counts: countsOf(countsBy.get(row.id) ?? []),
    seen: (seenBy.get(row.id) ?? []).map(({ who, at_ms: atMs }) => ({ who, atMs })),
    idFloor: row.floor ?? 0,
  }))
}

function countsOf(
  rows: readonly { readonly status: string; readonly tasks: number }[],
): Record<TaskStatus, number> {
  const found = new Map(rows.map(({ status, tasks }) => [status, tasks]))
  const pairs = TASK_STATUSES.map((status) => [status, found.get(status) ?? 0] as const)
  return Object.fromEntries(pairs) as Record<TaskStatus, number>
}
