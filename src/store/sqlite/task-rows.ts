import { type Kysely, type Selectable, sql } from 'kysely'
import { isInternal, type Metadata, type Task, TASK_STATUSES } from '../../domain/task.ts'
import type { EventLedger } from './event-ledger.ts'
import type { KeepIds } from '../task-store.ts'
import { idsIn } from './ids-in.ts'
import type { LeaseClock } from './lease-clock.ts'
import type { TaskRow, Tables } from './tables.ts'

export type Db = Kysely<Tables>

/** What every verb of tasks works with. */
export interface TaskEngine {
  readonly db: Db
  readonly clock: LeaseClock
  /** What happens to boards is told by the commit that makes it so. */
  readonly ledger: Pick<EventLedger, 'write'>
  readonly keepIds: KeepIds
}

/** Whatever is read in there is of one moment. */
export function atOnce<Answer>(
  engine: TaskEngine,
  read: (inside: TaskEngine) => Promise<Answer>,
): Promise<Answer> {
  return engine.db
    .transaction()
    .setAccessMode('read only')
    .execute((db) => read({ ...engine, db }))
}

export interface BoardKey {
  readonly id: number
  readonly list: string
}

export type Row = Selectable<TaskRow>

/** The rows as tasks, in their order, each with both ends of its relations. */
export async function tasksOf(
  { db, clock }: TaskEngine,
  board: BoardKey,
  rows: readonly Row[],
): Promise<Task[]> {
  if (rows.length === 0) return []
  const nowMs = await clock.now(db)
  const edges = await edgesOf(
    db,
    board.id,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => taskOf(row, board.list, nowMs, edges.get(row.id)))
}

export async function findBoard(
  db: Db,
  list: string,
): Promise<(BoardKey & { readonly isArchived: boolean }) | undefined> {
  const row = await db
    .selectFrom('boards')
    .select(['id', 'archived_ms'])
    .where('name', '=', list)
    .executeTakeFirst()
  return row && { id: row.id, list, isArchived: row.archived_ms !== null }
}

export async function rowsById(db: Db, board: number, ids: readonly number[]): Promise<Row[]> {
  const [first, ...more] = ids
  const select = db.selectFrom('tasks').selectAll().where('board', '=', board)
  if (more.length === 0) return select.where('id', '=', first ?? 0).execute()
  return select.where('id', 'in', idsIn(ids)).execute()
}

export async function seeOn(
  db: Db,
  board: number,
  who: string | null,
  nowMs: number,
): Promise<void> {
  if (who === null) return
  await sql`
    insert into board_seen (board, who, at_ms) values (${board}, ${who}, ${nowMs})
    on conflict (board, who) do update set at_ms = excluded.at_ms
  `.execute(db)
}

interface Ends {
  readonly blocks: number[]
  readonly blockedBy: number[]
}

async function edgesOf(db: Db, board: number, ids: readonly number[]): Promise<Map<number, Ends>> {
  const these = idsIn(ids)
  const { rows } = await sql<{ id: number; other: number; is_blocker: number }>`
    select blocker as id, blocked as other, 1 as is_blocker from task_edges
      where board = ${board} and blocker in ${these}
    union all
    select blocked, blocker, 0 from task_edges
      where board = ${board} and blocked in ${these}
    order by 1, 2
  `.execute(db)
  const ends = new Map<number, Ends>()
  for (const { id, other, is_blocker } of rows) {
    const known = ends.get(id) ?? { blocks: [], blockedBy: [] }
    ends.set(id, known)
    ;(is_blocker === 1 ? known.blocks : known.blockedBy).push(other)
  }
  return ends
}

/** A damaged row is still a task, with what can be read of it. */
function taskOf(row: Row, list: string, nowMs: number, ends: Ends | undefined): Task {
  return {
    list,
    id: row.id,
    subject: row.subject,
    description: row.description,
    activeForm: row.active_form,
    status: TASK_STATUSES.find((each) => each === row.status) ?? 'cancelled',
    priority: row.priority,
    owner: row.owner === null ? null : { name: row.owner, wrapper: row.wrapper },
    blocks: ends?.blocks ?? [],
    blockedBy: ends?.blockedBy ?? [],
    unmet: row.unmet,
    metadata: readMetadata(row.metadata),
    version: row.version,
    leaseLeftMs: row.lease_until === null ? null : Math.max(0, row.lease_until - nowMs),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    archivedMs: row.archived_ms,
  }
}

export function readMetadata(text: string): Metadata {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Metadata) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** The columns that what a task says goes into. */
export function contentColumns(content: {
  readonly subject: string
  readonly description: string | null
  readonly activeForm: string | null
  readonly priority: number
  readonly metadata: Metadata
}) {
  return {
    subject: content.subject,
    description: content.description,
    active_form: content.activeForm,
    priority: content.priority,
    metadata: JSON.stringify(content.metadata),
    internal: Number(isInternal(content.metadata)),
  }
}
