import { refuseStranger } from '../../domain/task-moves.ts'
import { noBoard } from '../../domain/task-problems.ts'
import type { DropAsk, Dropped, DropOutcome } from '../task-store.ts'
import { taskOrRefusal, Undone } from './task-acts.ts'
import { bumpVersions, deleteEdges } from './task-edges.ts'
import { type BoardKey, findBoard, seeOn, type TaskEngine } from './task-rows.ts'

/** Who waits for what is dropped waits for it no more. */
export async function dropTasks(engine: TaskEngine, ask: DropAsk): Promise<DropOutcome> {
  const { ids, list, asker, nowMs } = ask
  try {
    return await engine.db.transaction().execute(async (transaction): Promise<DropOutcome> => {
      const inside = { ...engine, db: transaction }
      const board = await findBoard(transaction, list)
      if (board === undefined) return { ok: false, problem: noBoard(list) }
      const dropped: Dropped[] = []
      for (const id of ids) dropped.push(await dropOne(inside, board, id, ask))
      await seeOn(transaction, board.id, asker.by.name, nowMs)
      return { ok: true, dropped }
    })
  } catch (error) {
    if (!(error instanceof Undone) || error.outcome.why !== 'refused') throw error
    return { ok: false, problem: error.outcome.problem }
  }
}

async function dropOne(
  engine: TaskEngine,
  board: BoardKey,
  id: number,
  { asker, list, nowMs }: DropAsk,
): Promise<Dropped> {
  const { db } = engine
  const task = await taskOrRefusal(engine, board, id)
  const refused = task.status === 'in_progress' ? refuseStranger(task, asker) : undefined
  if (refused?.kind === 'no') throw new Undone({ why: 'refused', problem: refused.problem })
  const edges = [
    ...task.blocks.map((blocked) => ({ blocker: id, blocked })),
    ...task.blockedBy.map((blocker) => ({ blocker, blocked: id })),
  ]
  const touched = [...new Set([...task.blocks, ...task.blockedBy])].toSorted((a, b) => a - b)
  await deleteEdges(db, board.id, edges)
  await bumpVersions(db, board.id, touched)
  await db.deleteFrom('tasks').where('board', '=', board.id).where('id', '=', id).execute()
  const by = asker.by.name
  engine.ledger.write(nowMs, { type: 'task_dropped', list, id, by, touched })
  return { id, touched }
}
