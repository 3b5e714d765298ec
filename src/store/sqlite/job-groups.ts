import type { Kysely } from 'kysely'
import type { StoredGroup } from '../../domain/job-groups.ts'
import type { GroupCount, RemovedGroup } from '../job-store.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export async function storedGroups(db: Db): Promise<StoredGroup[]> {
  const rows = await db.selectFrom('job_groups').selectAll().orderBy('name').execute()
  return rows.map(({ name, slots, paused }) => ({ name, slots, paused: paused !== 0 }))
}

export async function countGroups(db: Db): Promise<ReadonlyMap<string, GroupCount>> {
  const rows = await db
    .selectFrom('jobs')
    .select(({ fn }) => ['grp', 'lane', fn.countAll<number>().as('jobs')])
    .where('lane', 'is not', null)
    .groupBy(['grp', 'lane'])
    .execute()
  const counts = new Map<string, GroupCount>()
  for (const { grp, lane, jobs } of rows) {
    const { waiting, active } = counts.get(grp) ?? NOBODY
    const isActive = lane === 'active'
    counts.set(grp, {
      waiting: waiting + (isActive ? 0 : jobs),
      active: active + (isActive ? jobs : 0),
    })
  }
  return counts
}

export async function setGroup(db: Db, name: string, slots: number): Promise<void> {
  await db
    .insertInto('job_groups')
    .values({ name, slots, paused: 0 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ slots }))
    .execute()
}

export async function setGroupPaused(db: Db, name: string, isPaused: boolean): Promise<void> {
  const paused = Number(isPaused)
  await db
    .insertInto('job_groups')
    .values({ name, slots: null, paused })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ paused }))
    .execute()
}

export function removeGroup(db: Db, name: string): Promise<RemovedGroup> {
  return db.transaction().execute(async (transaction): Promise<RemovedGroup> => {
    const count = (await countGroups(transaction)).get(name)
    if (count !== undefined) return { removed: false, why: 'in use', count }
    const gone = await transaction
      .deleteFrom('job_groups')
      .where('name', '=', name)
      .executeTakeFirst()
    return gone.numDeletedRows > 0n ? { removed: true } : { removed: false, why: 'unknown' }
  })
}

const NOBODY: GroupCount = { waiting: 0, active: 0 }
