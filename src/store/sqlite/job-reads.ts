import { type Kysely, sql } from 'kysely'
import {
  type ActiveJob,
  type Attempt,
  isActive,
  JOB_STATUSES,
  type Job,
  type JobStatus,
} from '../../domain/job.ts'
import type { JobQuery } from '../job-store.ts'
import { idsIn } from './ids-in.ts'
import { attemptOf, jobOf } from './job-rows.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export async function getJobs(db: Db, ids: readonly number[]): Promise<Job[]> {
  const rows = await db.selectFrom('jobs').selectAll().where('id', 'in', idsIn(ids)).execute()
  return rows.map(jobOf)
}

export async function getAttempts(db: Db, id: number): Promise<Attempt[]> {
  const rows = await db
    .selectFrom('job_attempts')
    .selectAll()
    .where('job', '=', id)
    .orderBy('attempt')
    .execute()
  return rows.map(attemptOf)
}

export async function listJobs(db: Db, query: JobQuery): Promise<Job[]> {
  const { status, session, group, beforeId } = query
  let select = db.selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(query.limit)
  if (beforeId !== undefined) select = select.where('id', '<', beforeId)
  if (status !== undefined) select = select.where('status', '=', status)
  if (session !== undefined) select = select.where('session', '=', session)
  if (group !== undefined) {
    // A session has fewer jobs than a group: with both, the plus keeps the engine off the group's index.
    const column = session === undefined ? sql<string>`grp` : sql<string>`+grp`
    select = select.where(column, '=', group)
  }
  const rows = await select.execute()
  return rows.map(jobOf)
}

export async function countJobs(db: Db): Promise<ReadonlyMap<JobStatus, number>> {
  const rows = await db
    .selectFrom('job_counts')
    .select(['status', 'jobs'])
    .where('jobs', '>', 0)
    .execute()
  const found = new Map(rows.map(({ status, jobs }) => [status, jobs]))
  return new Map(
    JOB_STATUSES.flatMap((status): [JobStatus, number][] => {
      const jobs = found.get(status)
      return jobs === undefined ? [] : [[status, jobs]]
    }),
  )
}

export async function activeJobs(db: Db): Promise<ActiveJob[]> {
  const rows = await db.selectFrom('jobs').selectAll().where('lane', '=', 'active').execute()
  return rows
    .map(jobOf)
    .filter(isActive)
    .toSorted((a, b) => a.id - b.id)
}
