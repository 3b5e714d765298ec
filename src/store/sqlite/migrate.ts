import { ProblemError } from '../../domain/problem.ts'
import { createEvents } from '../migrations/001-events.ts'
import { createJobs } from '../migrations/002-jobs.ts'
import { createFollowUps } from '../migrations/003-follow-ups.ts'
import { createTasks } from '../migrations/004-tasks.ts'
import { addFollowUpProblem } from '../migrations/005-follow-up-problem.ts'
import { addJobUmask } from '../migrations/006-job-umask.ts'
import type { Database } from './database.ts'

/** In order; a database knows by `user_version` how many it has seen. Never edited once released. */
const MIGRATIONS: readonly string[] = [
  createEvents,
  createJobs,
  createFollowUps,
  createTasks,
  addFollowUpProblem,
  addJobUmask,
]

export const SCHEMA_VERSION = MIGRATIONS.length

/** Brings a database up to this program's schema, all or nothing, or refuses one that is ahead of it. */
export function migrate(database: Database, path: string): void {
  if (schemaVersion(database, path) === SCHEMA_VERSION) return
  database.raw.exec('begin immediate')
  try {
    const seen = schemaVersion(database, path)
    for (const sql of MIGRATIONS.slice(seen)) database.raw.exec(sql)
    database.raw.exec(`pragma user_version = ${SCHEMA_VERSION}`)
    database.raw.exec('commit')
  } catch (error) {
    if (database.raw.isTransaction) database.raw.exec('rollback')
    throw error
  }
}

/** The schema a database has; refuses one that a newer curfew wrote. */
export function schemaVersion(database: Database, path: string): number {
  const row = database.raw.prepare('pragma user_version').get()
  const version = Number(row?.user_version)
  if (version <= SCHEMA_VERSION) return version
  throw new ProblemError({
    kind: 'unusable',
    message: `store ${path} has schema ${version}, this curfew knows up to ${SCHEMA_VERSION}`,
    hint: 'a newer curfew wrote it: upgrade this one',
  })
}
