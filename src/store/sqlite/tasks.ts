import type { Kysely } from 'kysely'
import type { TaskStore } from '../task-store.ts'
import { importBoard, raiseIdFloors } from './board-import.ts'
import { archiveBoard, createBoard, getBoard, listBoards, resetBoard } from './boards.ts'
import { createLeaseClock } from './lease-clock.ts'
import type { Tables } from './tables.ts'
import { actOnTasks } from './task-acts.ts'
import { claim } from './task-claim.ts'
import { createTaskBatch, floorOf } from './task-create.ts'
import { dropTasks } from './task-drop.ts'
import { freeExpired, freeOfWrapper, nextLeaseMs, wrappersOf } from './task-leases.ts'
import { getTasks, listTasks } from './task-reads.ts'

/** The verbs of boards and tasks on SQLite. */
export function sqliteTasks(db: Kysely<Tables>): TaskStore {
  const engine = { db, clock: createLeaseClock() }
  return {
    createBoard: (draft) => createBoard(db, draft),
    board: (list) => getBoard(db, list),
    boards: (query) => listBoards(db, query),
    archiveBoard: (list, nowMs) => archiveBoard(db, list, nowMs),
    resetBoard: (list, nowMs) => resetBoard(db, list, nowMs),
    importBoard: (what) => importBoard(engine, what),
    idFloor: (list) => floorOf(db, list),
    raiseIdFloors: (floors) => raiseIdFloors(db, floors),
    create: (batch) => createTaskBatch(engine, batch),
    get: (list, ids) => getTasks(engine, list, ids),
    list: (query) => listTasks(engine, query),
    claim: (ask) => claim(engine, ask),
    act: (ask) => actOnTasks(engine, ask),
    drop: (ask) => dropTasks(engine, ask),
    passTime: engine.clock.pass,
    keepTime: () => engine.clock.keep(db),
    nextLeaseMs: () => nextLeaseMs(engine),
    wrappers: () => wrappersOf(db),
    freeExpired: (nowMs) => freeExpired(engine, nowMs),
    freeOfWrapper: (wrapper, nowMs) => freeOfWrapper(engine, wrapper, nowMs),
  }
}
