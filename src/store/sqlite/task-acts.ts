import type { Problem } from '../../domain/problem.ts'
import { type Edge, isSameOwner, type Owner, type Task } from '../../domain/task.ts'
import { actOn } from '../../domain/task-acts.ts'
import { isBusy } from '../../domain/task-claim.ts'
import type { Acted } from '../../domain/task-moves.ts'
import { closesRing, holdsEnough, noBoard, noTasks } from '../../domain/task-problems.ts'
import type { ActAsk, ActDone, ActOutcome } from '../task-store.ts'
import { bumpVersions, deleteEdges, insertEdges, ringWith, unknownIds } from './task-edges.ts'
import { heldBy } from './task-held.ts'
import {
  type BoardKey,
  contentColumns,
  findBoard,
  rowsById,
  seeOn,
  type TaskEngine,
  tasksOf,
} from './task-rows.ts'

/** Takes back all that the transaction has done. */
export class Undone extends Error {
  readonly outcome: { readonly why: 'moved on' } | { readonly why: 'refused'; problem: Problem }

  constructor(outcome: Undone['outcome']) {
    super(outcome.why)
    this.outcome = outcome
  }
}

export async function actOnTasks(engine: TaskEngine, ask: ActAsk): Promise<ActOutcome> {
  try {
    return await engine.db.transaction().execute(async (transaction): Promise<ActOutcome> => {
      const inside = { ...engine, db: transaction }
      const board = await findBoard(transaction, ask.list)
      if (board === undefined) throw new Undone(refused(noBoard(ask.list)))
      const done: ActDone[] = []
      // One after the other: what one becomes may free the next.
      for (const id of ask.ids) done.push(await actOnOne(inside, board, id, ask))
      await seeOn(transaction, board.id, ask.asker.by.name, ask.nowMs)
      return { ok: true, done: await asTheyAre(inside, board, done) }
    })
  } catch (error) {
    if (error instanceof Undone) return { ok: false, ...error.outcome }
    throw error
  }
}

async function actOnOne(
  engine: TaskEngine,
  board: BoardKey,
  id: number,
  ask: ActAsk,
): Promise<ActDone> {
  const { act, asker, nowMs, versions } = ask
  const task = await taskOrRefusal(engine, board, id)
  if (versions !== undefined && versions.get(id) !== task.version) {
    throw new Undone({ why: 'moved on' })
  }
  const acted = actOn(task, act, asker, nowMs)
  if (acted.kind === 'no') throw new Undone(refused(acted.problem))
  if (acted.kind === 'already') return { task, fields: [] }
  if (act.do === 'edit' && task.status !== 'in_progress') {
    await refuseBusy(engine, acted.task, act.busyLimit)
  }
  tellOf(engine, acted, { ask, ownerBefore: task.owner })
  const isRenewed = act.do === 'renew'
  await save(engine, board, acted.task, { nowMs, isRenewed })
  if (act.do === 'edit') await relate(engine, board, task, acted.task)
  return { task: acted.task, fields: acted.fields }
}

/** Whoever begins with a task by an edit claims it. */
async function refuseBusy(
  { db }: TaskEngine,
  { owner, status }: Task,
  busyLimit: number,
): Promise<void> {
  if (busyLimit === 0 || status !== 'in_progress' || owner === null) return
  const held = await heldBy(db, owner)
  if (isBusy(held, busyLimit)) throw new Undone(refused(holdsEnough(owner, held)))
}

function tellOf(
  { ledger }: TaskEngine,
  { task, fields }: Extract<Acted, { kind: 'changed' }>,
  { ask, ownerBefore }: { readonly ask: ActAsk; readonly ownerBefore: Owner | null },
): void {
  if (fields.length === 0) return
  const { act, asker, list, nowMs } = ask
  const forced = asker.force && !isSameOwner(ownerBefore, asker.by)
  const by = asker.by.name
  const what = act.do
  ledger.write(nowMs, { type: 'task_changed', list, id: task.id, by, what, fields, forced })
}

/** What one changed may show in another. */
async function asTheyAre(
  engine: TaskEngine,
  board: BoardKey,
  done: readonly ActDone[],
): Promise<ActDone[]> {
  const ids = done.map(({ task }) => task.id)
  const tasks = await tasksOf(engine, board, await rowsById(engine.db, board.id, ids))
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return done.map((each) => ({ ...each, task: byId.get(each.task.id) ?? each.task }))
}

export async function taskOrRefusal(
  engine: TaskEngine,
  board: BoardKey,
  id: number,
): Promise<Task> {
  const [task] = await tasksOf(engine, board, await rowsById(engine.db, board.id, [id]))
  if (task === undefined) throw new Undone(refused(noTasks([id])))
  return task
}

async function save(
  { db, clock }: TaskEngine,
  board: BoardKey,
  task: Task,
  { nowMs, isRenewed }: { readonly nowMs: number; readonly isRenewed: boolean },
): Promise<void> {
  const { leaseLeftMs, owner } = task
  await db
    .updateTable('tasks')
    .set({
      ...contentColumns(task),
      status: task.status,
      owner: owner?.name ?? null,
      wrapper: owner?.wrapper ?? null,
      lease_until: leaseLeftMs === null ? null : (await clock.now(db)) + Math.round(leaseLeftMs),
      version: task.version + (isRenewed ? 0 : 1),
      updated_ms: nowMs,
      archived_ms: task.archivedMs,
    })
    .where('board', '=', board.id)
    .where('id', '=', task.id)
    .execute()
}

async function relate(
  { db }: TaskEngine,
  board: BoardKey,
  before: Task,
  after: Task,
): Promise<void> {
  const added = edgesBeyond(after, before)
  const removed = edgesBeyond(before, after)
  if (added.length + removed.length === 0) return
  const unknown = await unknownIds(db, board.id, added.flatMap(endsOf))
  if (unknown.length > 0) throw new Undone(refused(noTasks(unknown)))
  const ring = await ringWith(db, board.id, added)
  if (ring !== undefined) throw new Undone(refused(closesRing(ring)))
  await deleteEdges(db, board.id, removed)
  await insertEdges(db, board.id, added)
  const touched = [...added, ...removed].flatMap(endsOf).filter((id) => id !== before.id)
  await bumpVersions(db, board.id, [...new Set(touched)])
}

function edgesBeyond(task: Task, other: Task): Edge[] {
  const blocks = new Set(other.blocks)
  const blockedBy = new Set(other.blockedBy)
  return [
    ...task.blocks
      .filter((id) => !blocks.has(id))
      .map((blocked) => ({ blocker: task.id, blocked })),
    ...task.blockedBy
      .filter((id) => !blockedBy.has(id))
      .map((blocker) => ({ blocker, blocked: task.id })),
  ]
}

function endsOf({ blocker, blocked }: Edge): number[] {
  return [blocker, blocked]
}

function refused(problem: Problem): Undone['outcome'] {
  return { why: 'refused', problem }
}
