import type { Kysely } from 'kysely'
import type { Job } from '../../domain/job.ts'
import { changeJob, pauseJob, resumeJob } from '../../domain/job-moves.ts'
import type { AwakeTime } from '../../domain/job-run.ts'
import type { EditOutcome, JobChange } from '../job-store.ts'
import { changeJobs, changeWithin, saveJob } from './change-jobs.ts'
import { setGroupPaused } from './job-groups.ts'
import { badNeeds, linkNeeds, linksOf } from './job-dependencies.ts'
import { getJobs } from './job-reads.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export function pause(db: Db, ids: readonly number[], now: AwakeTime): Promise<Job[]> {
  return changeJobs(db, ids, (job) => pauseJob(job, 'hand', now))
}

export function resume(db: Db, ids: readonly number[], now: AwakeTime): Promise<Job[]> {
  return changeJobs(db, ids, (job) => resumeJob(job, 'hand', now))
}

export function pauseGroup(db: Db, name: string, now: AwakeTime): Promise<Job[]> {
  return db.transaction().execute(async (transaction) => {
    await setGroupPaused(transaction, name, true)
    const running = await activeIn(transaction, name)
    return changeWithin(transaction, running, (job) => pauseJob(job, 'group', now))
  })
}

export function resumeGroup(db: Db, name: string, now: AwakeTime): Promise<Job[]> {
  return db.transaction().execute(async (transaction) => {
    await setGroupPaused(transaction, name, false)
    const stopped = await activeIn(transaction, name)
    return changeWithin(transaction, stopped, (job) => resumeJob(job, 'group', now))
  })
}

export function edit(db: Db, id: number, change: JobChange): Promise<EditOutcome> {
  return db.transaction().execute(async (transaction): Promise<EditOutcome> => {
    const [job] = await getJobs(transaction, [id])
    if (job === undefined || changeJob(job, change, NO_LINKS) === undefined) {
      return { kind: 'not now' }
    }
    const { after } = change
    const needs = after === undefined ? [] : await badNeeds(transaction, id, after)
    if (needs.length > 0) return { kind: 'needs', needs }
    const links =
      after === undefined
        ? await linksOf(transaction, id)
        : await linkNeeds(transaction, { id, needs: after, isNew: false })
    const changed = changeJob(job, change, links)
    if (changed === undefined) return { kind: 'not now' }
    await saveJob(transaction, changed)
    return { kind: 'edited', job: changed }
  })
}

const NO_LINKS = { unmet: 0, doomedBy: null }

async function activeIn(db: Db, group: string): Promise<number[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('id')
    .where('lane', '=', 'active')
    .where('grp', '=', group)
    .execute()
  return rows.map(({ id }) => id)
}
