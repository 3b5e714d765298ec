import { Kysely } from 'kysely'
import { join } from 'node:path'
import type { JobStore } from '../../src/store/job-store.ts'
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts'
import { sqliteDialect } from '../../src/store/sqlite/dialect.ts'
import type { OnFinalEnd } from '../../src/store/sqlite/job-ends.ts'
import { createEventLedger } from '../../src/store/sqlite/event-ledger.ts'
import { sqliteJobs } from '../../src/store/sqlite/jobs.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import type { Tables } from '../../src/store/sqlite/tables.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { tempDir } from './temp-dir.ts'

export interface TempJobs {
  readonly jobs: JobStore
  readonly database: Database
  readonly path: string
}

/** The jobs of a store of its own, closed when the test ends. */
export function openTempJobs(
  t: Cleaning,
  {
    path = join(tempDir(t), 'curfew.db'),
    onFinalEnd,
  }: { path?: string; onFinalEnd?: OnFinalEnd } = {},
): TempJobs {
  const database = openDatabase(path, { readOnly: false })
  onEnd(t, () => database.close())
  migrate(database, path)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database, createEventLedger(database)) })
  return { jobs: sqliteJobs(db, onFinalEnd === undefined ? {} : { onFinalEnd }), database, path }
}
