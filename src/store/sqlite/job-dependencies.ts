import { type Kysely, sql } from 'kysely'
import { isEndedStatus } from '../../domain/job.ts'
import type { Links } from '../../domain/job-moves.ts'
import { idsIn } from './ids-in.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Which of these a job may not come after: what is not on record, or not older than itself. */
export async function badNeeds(db: Db, id: number, needs: readonly number[]): Promise<number[]> {
  if (needs.length === 0) return []
  const known = await db.selectFrom('jobs').select('id').where('id', 'in', idsIn(needs)).execute()
  const older = new Set(known.flatMap((row) => (row.id < id ? [row.id] : [])))
  return needs.filter((need) => !older.has(need))
}

/** Writes down what a job comes after, as it stands now, in place of what was written before. */
export async function linkNeeds(
  db: Db,
  { id, needs, isNew }: { id: number; needs: readonly number[]; isNew: boolean },
): Promise<Links> {
  if (!isNew) await db.deleteFrom('job_dependencies').where('job', '=', id).execute()
  if (needs.length === 0) return { unmet: 0, doomedBy: null }
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'status'])
    .where('id', 'in', idsIn(needs))
    .execute()
  const states = new Map(rows.map((row) => [row.id, stateOf(row.status)]))
  const links = [...new Set(needs)].map((need) => ({
    job: id,
    needs: need,
    state: states.get(need) ?? 'unknown',
  }))
  await db.insertInto('job_dependencies').values(links).execute()
  return summary(links)
}

/** The same of links that are written down already. */
export async function linksOf(db: Db, id: number): Promise<Links> {
  const rows = await db
    .selectFrom('job_dependencies')
    .select(['needs', 'state'])
    .where('job', '=', id)
    .execute()
  return summary(rows)
}

/** Tells whoever comes after these jobs how they stand. Most have nobody, which one look shows. */
export async function tellDependants(db: Db, ids: readonly number[]): Promise<void> {
  const told = await sql`
    update job_dependencies as d
    set state = (
      select case when j.lane is null then j.status else 'open' end from jobs j where j.id = d.needs
    )
    where d.needs in ${idsIn(ids)}
  `.execute(db)
  if (told.numAffectedRows === 0n) return
  await sql`
    update jobs
    set
      unmet = (select count(*) from job_dependencies d where d.job = jobs.id and d.state = 'open'),
      doomed_by = (
        select min(d.needs) from job_dependencies d
        where d.job = jobs.id and d.state not in ('open', 'succeeded')
      )
    where lane is not null and run is null
      and id in (select job from job_dependencies where needs in ${idsIn(ids)})
  `.execute(db)
}

function stateOf(status: string): string {
  return isEndedStatus(status) ? status : 'open'
}

function summary(links: readonly { needs: number; state: string }[]): Links {
  const open = links.filter(({ state }) => state === 'open')
  const failed = links.filter(({ state }) => state !== 'open' && state !== 'succeeded')
  const doomedBy = failed.length === 0 ? null : Math.min(...failed.map(({ needs }) => needs))
  return { unmet: open.length, doomedBy }
}
