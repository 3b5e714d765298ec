import { Kysely } from 'kysely'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts'
import { sqliteDialect } from '../../src/store/sqlite/dialect.ts'
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
}

/** The boards of a store of their own, closed when the test ends. */
export function openTempTasks(
  t: Cleaning,
  path: string = join(tempDir(t), 'curfew.db'),
): TempTasks {
  const database = openDatabase(path, { readOnly: false })
  onEnd(t, () => database.close())
  migrate(database, path)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  return { tasks: sqliteTasks(db), database, path }
}
