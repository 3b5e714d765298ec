import { Kysely } from 'kysely'
import { join } from 'node:path'
import type { EventBody } from '../../src/domain/event.ts'
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts'
import { sqliteDialect } from '../../src/store/sqlite/dialect.ts'
import { createEventLedger } from '../../src/store/sqlite/event-ledger.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import type { Tables } from '../../src/store/sqlite/tables.ts'
import { sqliteTasks } from '../../src/store/sqlite/tasks.ts'
import type { TaskStore } from '../../src/store/task-store.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { tempDir } from './temp-dir.ts'

export interface TempTasks {
  readonly tasks: TaskStore
  readonly database: Database
  readonly path: string
  /** What has been announced so far. */
  readonly told: readonly EventBody[]
}

/** The boards of a store of their own, closed when the test ends. */
export function openTempTasks(
  t: Cleaning,
  path: string = join(tempDir(t), 'curfew.db'),
): TempTasks {
  const database = openDatabase(path, { readOnly: false })
  onEnd(t, () => database.close())
  migrate(database, path)
  const ledger = createEventLedger(database)
  const told: EventBody[] = []
  ledger.announceTo((events) => told.push(...events.map(({ body }) => body)))
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database, ledger) })
  return { tasks: sqliteTasks(db, ledger), database, path, told }
}
