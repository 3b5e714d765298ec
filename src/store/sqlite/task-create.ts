import { sql } from 'kysely'
import type { Edge, TaskDraft, TaskRef } from '../../domain/task.ts'
import type { CreateOutcome, TaskBatch } from '../task-store.ts'
import { floorOf, spendIds } from './board-ids.ts'
import { bumpVersions, insertEdges, ringWith, unknownIds } from './task-edges.ts'
import { getTasks } from './task-reads.ts'
import { contentColumns, type Db, findBoard, seeOn, type TaskEngine } from './task-rows.ts'

/** Everything is checked before anything is written. */
export function createTaskBatch(engine: TaskEngine, batch: TaskBatch): Promise<CreateOutcome> {
  return engine.db.transaction().execute(async (transaction): Promise<CreateOutcome> => {
    const inside = { ...engine, db: transaction }
    const twin = batch.ticket === undefined ? undefined : await ofTicket(transaction, batch.ticket)
    if (twin !== undefined) {
      return twin.list === batch.list ? added(inside, batch, twin) : { ok: false, why: 'ticket' }
    }
    const known = await findBoard(transaction, batch.list)
    if (known?.isArchived === true) return { ok: false, why: 'archived' }
    const first = (await floorOf(transaction, batch.list)) + 1
    const edges = edgesOf(batch.drafts, first)
    const refused = await refuse(transaction, known?.id, batch.drafts, { first, edges })
    if (refused !== undefined) return refused
    const last = first + batch.drafts.length - 1
    await spendIds(inside, batch.list, last)
    const board = known?.id ?? (await insertBoard(inside, batch))
    await write(transaction, board, batch, { first, edges })
    const by = batch.by?.name ?? null
    engine.ledger.write(batch.nowMs, { type: 'task_added', list: batch.list, first, last, by })
    return added(inside, batch, { first, last })
  })
}

async function added(
  engine: TaskEngine,
  { list }: TaskBatch,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<CreateOutcome> {
  const ids = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  return { ok: true, first, last, tasks: await getTasks(engine, list, ids) }
}

interface Plan {
  /** The id of the first of them. */
  readonly first: number
  readonly edges: readonly Edge[]
}

async function refuse(
  db: Db,
  board: number | undefined,
  drafts: readonly TaskDraft[],
  { first, edges }: Plan,
): Promise<CreateOutcome | undefined> {
  if (edges.length === 0) return undefined
  const named = drafts.map(idsNamed)
  const unknown = new Set(
    board === undefined ? named.flat() : await unknownIds(db, board, named.flat()),
  )
  const at = named.findIndex((ids) => ids.some((id) => unknown.has(id)))
  if (at >= 0) {
    const ids = named[at]?.filter((id) => unknown.has(id)) ?? []
    return { ok: false, why: 'unknown', at, ids }
  }
  // Who only comes after what was there before closes no ring.
  const isSafe = edges.every(({ blocker, blocked }) => blocker < first && blocked >= first)
  const ring = isSafe ? undefined : await ringWith(db, board ?? 0, edges)
  return ring === undefined ? undefined : { ok: false, why: 'cycle', ring, first }
}

async function write(db: Db, board: number, batch: TaskBatch, plan: Plan): Promise<void> {
  const { drafts, by, nowMs, ticket } = batch
  const { first, edges } = plan
  const rows = drafts.map((draft) => ({ ...contentColumns(draft), owner: draft.owner }))
  await sql`
    insert into tasks (
      board, id, subject, description, active_form, status, priority, owner, metadata, internal,
      version, unmet, created_ms, updated_ms
    )
    select ${board}, ${first} + key, value ->> 'subject', value ->> 'description',
      value ->> 'active_form', 'pending', value ->> 'priority', value ->> 'owner',
      value ->> 'metadata', value ->> 'internal', 1, 0, ${nowMs}, ${nowMs}
    from json_each(${JSON.stringify(rows)})
  `.execute(db)
  await insertEdges(db, board, edges)
  const touched = edges.flatMap(({ blocker, blocked }) => [blocker, blocked])
  await bumpVersions(
    db,
    board,
    touched.filter((id) => id < first),
  )
  await seeOn(db, board, by?.name ?? null, nowMs)
  if (ticket === undefined) return
  await db
    .insertInto('task_tickets')
    .values({ ticket, board, first_id: first, last_id: first + drafts.length - 1 })
    .execute()
}

export async function isTicketUsed(db: Db, ticket: string): Promise<boolean> {
  return (await ofTicket(db, ticket)) !== undefined
}

async function ofTicket(
  db: Db,
  ticket: string,
): Promise<{ readonly list: string; readonly first: number; readonly last: number } | undefined> {
  const row = await db
    .selectFrom('task_tickets')
    .innerJoin('boards', 'boards.id', 'task_tickets.board')
    .select(['boards.name', 'first_id', 'last_id'])
    .where('ticket', '=', ticket)
    .executeTakeFirst()
  return row && { list: row.name, first: row.first_id, last: row.last_id }
}

async function insertBoard(
  { db, ledger }: TaskEngine,
  { by, list, session, nowMs }: TaskBatch,
): Promise<number> {
  const { id } = await db
    .insertInto('boards')
    .values({ name: list, session, metadata: '{}', created_ms: nowMs, updated_ms: nowMs })
    .returning('id')
    .executeTakeFirstOrThrow()
  ledger.write(nowMs, { type: 'board_created', list, by: by?.name ?? null })
  return id
}

function edgesOf(drafts: readonly TaskDraft[], first: number): Edge[] {
  const idOf = (ref: TaskRef): number => (ref.kind === 'id' ? ref.id : first + ref.at)
  return drafts.flatMap(({ blocks, blockedBy }, at) => [
    ...blockedBy.map((ref) => ({ blocker: idOf(ref), blocked: first + at })),
    ...blocks.map((ref) => ({ blocker: first + at, blocked: idOf(ref) })),
  ])
}

function idsNamed({ blocks, blockedBy }: TaskDraft): number[] {
  return [...blocks, ...blockedBy].flatMap((ref) => (ref.kind === 'id' ? [ref.id] : []))
}
