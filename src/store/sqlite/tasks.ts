import type { Kysely } from 'kysely'
import type { KeepIds, TaskStore } from '../task-store.ts'
import { raiseIdFloors } from './board-ids.ts'
import { importBoard } from './board-import.ts'
import { archiveBoard, createBoard, getBoard, listBoards, resetBoard } from './boards.ts'
import type { EventLedger } from './event-ledger.ts'
import { createLeaseClock } from './lease-clock.ts'
import type { Tables } from './tables.ts'
import { actOnTasks } from './task-acts.ts'
import { claim } from './task-claim.ts'
import { createTaskBatch, isTicketUsed } from './task-create.ts'
import { dropTasks } from './task-drop.ts'
import { freeExpired, freeOfWrapper, nextLeaseMs, wrappersOf } from './task-leases.ts'
import { getBoardWith, getTasks, listTasks } from './task-reads.ts'
import { atOnce } from './task-rows.ts'

/** The verbs of boards and tasks on SQLite. */
export function sqliteTasks(db: Kysely<Tables>, ledger: EventLedger): TaskStore {
  let keepIds: KeepIds = () => undefined
  const engine = {
    db,
    clock: createLeaseClock(),
    ledger,
    keepIds: (list: string, last: number) => keepIds(list, last),
  }
  return {
    createBoard: (draft) => createBoard(engine, draft),
    board: (list) => atOnce(engine, (inside) => getBoard(inside.db, list)),
    boards: (query) => atOnce(engine, (inside) => listBoards(inside.db, query)),
    boardWith: (list, parts) => atOnce(engine, (inside) => getBoardWith(inside, list, parts)),
    archiveBoard: (ask) => archiveBoard(engine, ask),
    resetBoard: (ask) => resetBoard(engine, ask),
    importBoard: (what) => importBoard(engine, what),
    raiseIdFloors: (floors) => raiseIdFloors(db, floors),
    keepIdsWith: (keep) => {
      keepIds = keep
    },
    isTicketUsed: (ticket) => isTicketUsed(db, ticket),
    create: (batch) => createTaskBatch(engine, batch),
    get: (list, ids) => atOnce(engine, (inside) => getTasks(inside, list, ids)),
    list: (query) => atOnce(engine, (inside) => listTasks(inside, query)),
    claim: (ask) => claim(engine, ask),
    act: (ask) => actOnTasks(engine, ask),
    drop: (ask) => dropTasks(engine, ask),
    passTime: engine.clock.pass,
    keepTime: () => engine.clock.keep(db),
    nextLeaseMs: () => nextLeaseMs(engine),
    wrappers: () => wrappersOf(db),
    freeExpired: (nowMs) => freeExpired(engine, nowMs),
    freeOfWrapper: (wrapper, why, nowMs) => freeOfWrapper(engine, wrapper, why, nowMs),
  }
}
