import type { Kysely } from 'kysely'
import { ENDED_STATUSES } from '../../domain/job.ts'
import type { LeaversLook } from '../job-store.ts'
import { idsIn } from './ids-in.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export async function acknowledge(db: Db, ids: readonly number[], atMs: number): Promise<number[]> {
  const rows = await db
    .updateTable('jobs')
    .set({ acknowledged_ms: atMs })
    .where('id', 'in', idsIn(ids))
    .where('lane', 'is', null)
    .where('acknowledged_ms', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

export async function remove(db: Db, ids: readonly number[]): Promise<number[]> {
  const rows = await db
    .deleteFrom('jobs')
    .where('id', 'in', idsIn(ids))
    .where('lane', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

export async function leavers(db: Db, limit: number): Promise<LeaversLook> {
  const kept = await db
    .selectFrom('job_counts')
    .select(({ fn }) => [
      fn.sum<number | null>('jobs').as('jobs'),
      fn.sum<number | null>('bytes').as('bytes'),
    ])
    .where('status', 'in', ENDED_STATUSES)
    .executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'acknowledged_ms', 'bytes'])
    .where('acknowledged_ms', 'is not', null)
    .orderBy('acknowledged_ms')
    .orderBy('id')
    .limit(limit)
    .execute()
  const oldest = rows.map(({ id, acknowledged_ms: acknowledgedMs, bytes }) => ({
    id,
    acknowledgedMs,
    bytes,
  }))
  return { kept: { jobs: kept.jobs ?? 0, bytes: kept.bytes ?? 0 }, oldest }
}
