import { type RawBuilder, sql } from 'kysely'
import { type ClaimOutcome, isBusy, whyNotClaimed } from '../../domain/task-claim.ts'
import type { ClaimAsk } from '../task-store.ts'
import { heldBy } from './task-held.ts'
import {
  type BoardKey,
  findBoard,
  type Row,
  rowsById,
  seeOn,
  type TaskEngine,
  tasksOf,
} from './task-rows.ts'

/** One statement takes it; only who came too late is told why. */
export function claim(engine: TaskEngine, ask: ClaimAsk): Promise<ClaimOutcome> {
  return engine.db.transaction().execute(async (transaction): Promise<ClaimOutcome> => {
    const inside = { ...engine, db: transaction }
    const board = await findBoard(transaction, ask.list)
    if (board === undefined || board.isArchived) return { kind: 'not_found' }
    const before = await claimedBefore(inside, ask)
    const row = before ?? (await take(inside, board, ask))
    if (row === undefined) return explain(inside, board, ask)
    const told = { list: ask.list, id: row.id, by: ask.by.name }
    if (before === undefined) engine.ledger.write(ask.nowMs, { type: 'task_claimed', ...told })
    await seeOn(transaction, board.id, ask.by.name, ask.nowMs)
    const [task] = await tasksOf(inside, board, [row])
    return task === undefined ? { kind: 'not_found' } : { kind: 'ok', task }
  })
}

async function take(
  { db, clock }: TaskEngine,
  board: BoardKey,
  ask: ClaimAsk,
): Promise<Row | undefined> {
  const { by, busyLimit, leaseMs, nowMs, ticket = null } = ask
  const until = leaseMs === 0 ? null : (await clock.now(db)) + Math.round(leaseMs)
  const { rows } = await sql<Row>`
    update tasks set
      status = 'in_progress', owner = ${by.name}, wrapper = ${by.wrapper}, lease_until = ${until},
      ticket = ${ticket}, version = version + 1, updated_ms = ${nowMs}
    where board = ${board.id} and id = ${ask.id ?? firstReady(board, ask)} and archived_ms is null
    and (
      (status = 'in_progress' and owner = ${by.name} and wrapper is ${by.wrapper})
      or (
        status = 'pending' and unmet = 0 and (owner is null or owner = ${by.name})
        and (
          ${busyLimit} = 0 or ${busyLimit} > (
            select count(*) from tasks
            where owner = ${by.name} and wrapper is ${by.wrapper} and status = 'in_progress'
          )
        )
      )
    )
    returning *
  `.execute(db)
  return rows[0]
}

/** By priority, then age, of what is anybody's and what is meant for them. */
function firstReady(board: BoardKey, { by }: ClaimAsk): RawBuilder<number> {
  return sql`(
    select id from (
      select * from (
        select id, priority from tasks where board = ${board.id} and lane = 'ready'
        order by priority desc, id limit 1
      )
      union all
      select * from (
        select id, priority from tasks
        where board = ${board.id} and lane = 'assigned' and owner = ${by.name}
        order by priority desc, id limit 1
      )
    ) order by priority desc, id limit 1
  )`
}

/** Whoever asks again, because the answer was lost, has it already. */
async function claimedBefore(
  { db }: TaskEngine,
  { by, ticket }: ClaimAsk,
): Promise<Row | undefined> {
  if (ticket === undefined) return undefined
  const { rows } = await sql<Row>`
    select * from tasks where ticket = ${ticket} and status = 'in_progress'
    and owner = ${by.name} and wrapper is ${by.wrapper}
  `.execute(db)
  return rows[0]
}

async function explain(engine: TaskEngine, board: BoardKey, ask: ClaimAsk): Promise<ClaimOutcome> {
  const held = ask.busyLimit === 0 ? [] : await heldBy(engine.db, ask.by)
  if (ask.id === undefined) {
    if (isBusy(held, ask.busyLimit)) return { kind: 'busy', by: held }
    const by = await whatBlocks(engine, board)
    return by.length === 0 ? { kind: 'not_found' } : { kind: 'blocked', by }
  }
  const [task] = await tasksOf(engine, board, await rowsById(engine.db, board.id, [ask.id]))
  if (task === undefined) return { kind: 'not_found' }
  const open = await openBlockers(engine, board, ask.id)
  return whyNotClaimed(task, ask.by, { open, held }) ?? { kind: 'not_found' }
}

async function openBlockers({ db }: TaskEngine, board: BoardKey, id: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select tasks.id as id from task_edges cross join tasks
    on tasks.board = task_edges.board and tasks.id = task_edges.blocker
    where task_edges.board = ${board.id} and task_edges.blocked = ${id} and tasks.open = 1
    order by 1
  `.execute(db)
  return rows.map((row) => row.id)
}

/** A few of those that everything which waits waits for. */
async function whatBlocks({ db }: TaskEngine, board: BoardKey): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct blockers.id as id
    from (
      select board, id from tasks indexed by tasks_waiting
      where board = ${board.id} and status = 'pending' and unmet > 0 and internal = 0
      and archived_ms is null
      order by id limit 20
    ) as waiting
    cross join task_edges on task_edges.board = waiting.board and task_edges.blocked = waiting.id
    cross join tasks as blockers
    on blockers.board = task_edges.board and blockers.id = task_edges.blocker
    where blockers.open = 1
    order by 1 limit 20
  `.execute(db)
  return rows.map((row) => row.id)
}
