import type { Kysely } from 'kysely'
import type { Job } from '../../domain/job.ts'
import { rowOf } from './job-columns.ts'
import { getJobs } from './job-reads.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Makes of each of these jobs what it is to be, all or none; gives those that changed, as they are now. */
export function changeJobs(
  db: Db,
  ids: readonly number[],
  change: (job: Job) => Job | undefined,
): Promise<Job[]> {
  return db.transaction().execute(async (transaction) => changeWithin(transaction, ids, change))
}

/** The same inside a transaction. */
export async function changeWithin(
  transaction: Db,
  ids: readonly number[],
  change: (job: Job) => Job | undefined,
): Promise<Job[]> {
  const changed: Job[] = []
  for (const job of await getJobs(transaction, ids)) {
    const next = change(job)
    if (next === undefined) continue
    await saveJob(transaction, next)
    changed.push(next)
  }
  return changed
}

export async function saveJob(transaction: Db, job: Job): Promise<void> {
  const { id, ...columns } = rowOf(job)
  await transaction.updateTable('jobs').set(columns).where('id', '=', id).execute()
}
