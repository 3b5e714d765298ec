import { type Kysely, sql } from 'kysely'
import { isEnded, type Job, type JobDraft } from '../../domain/job.ts'
import { newJob } from '../../domain/job-moves.ts'
import type { Submission } from '../job-store.ts'
import { rowOf } from './job-columns.ts'
import type { OnFinalEnd } from './job-ends.ts'
import { badNeeds, linkNeeds, tellDependants } from './job-dependencies.ts'
import { getJobs } from './job-reads.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export async function reserveIds(db: Db, count: number): Promise<number> {
  const { floor } = await db
    .updateTable('job_ids')
    .set((eb) => ({ floor: eb('floor', '+', count) }))
    .returning('floor')
    .executeTakeFirstOrThrow()
  return floor - count + 1
}

export async function returnIds(db: Db, first: number, last: number): Promise<void> {
  await db
    .updateTable('job_ids')
    .set({ floor: first - 1 })
    .where('floor', '=', last)
    .execute()
}

export async function raiseIdFloor(db: Db, id: number): Promise<void> {
  await db.updateTable('job_ids').set({ floor: id }).where('floor', '<', id).execute()
}

export function submit(
  db: Db,
  drafts: readonly JobDraft[],
  ticket: string | undefined,
): Promise<Submission> {
  return db.transaction().execute(async (transaction): Promise<Submission> => {
    const twin = ticket === undefined ? undefined : await holderOf(transaction, ticket)
    if (twin !== undefined) return { ok: false, why: 'ticket', job: twin }
    for (const draft of drafts) {
      const bad = await badNeeds(transaction, draft.id, draft.spec.after)
      if (bad.length > 0) return takeBack(transaction, drafts, { job: draft.id, needs: bad })
      await insert(transaction, draft)
    }
    await raiseIdFloor(transaction, Math.max(0, ...drafts.map(({ id }) => id)))
    const [first] = drafts
    if (ticket !== undefined && first !== undefined) {
      await keepTicket(transaction, ticket, first.id)
    }
    return { ok: true }
  })
}

export async function ofTicket(db: Db, ticket: string): Promise<Job | undefined> {
  const id = await holderOf(db, ticket)
  return id === undefined ? undefined : (await getJobs(db, [id]))[0]
}

async function keepTicket(db: Db, ticket: string, job: number): Promise<void> {
  await db
    .insertInto('job_tickets')
    .values({ ticket, job })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function holderOf(db: Db, ticket: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('job_tickets')
    .select('job')
    .where('ticket', '=', ticket)
    .executeTakeFirst()
  return row?.job
}

export async function restore(
  db: Db,
  jobs: readonly Job[],
  tickets: ReadonlyMap<number, string>,
  onFinalEnd: OnFinalEnd | undefined,
): Promise<void> {
  const inOrder = jobs.toSorted((a, b) => a.id - b.id)
  const owed = inOrder.filter(isEnded).filter(({ acknowledgedMs }) => acknowledgedMs === null)
  await db.transaction().execute(async (transaction) => {
    for (const job of inOrder) {
      await put(transaction, job)
      const ticket = tickets.get(job.id)
      if (ticket !== undefined) await keepTicket(transaction, ticket, job.id)
    }
    await tellDependants(
      transaction,
      inOrder.map(({ id }) => id),
    )
    await raiseIdFloor(transaction, inOrder.at(-1)?.id ?? 0)
    if (owed.length > 0) await onFinalEnd?.(transaction, owed)
  })
}

/** Nobody else has seen them: the transaction is not over. */
async function takeBack(
  db: Db,
  drafts: readonly JobDraft[],
  refused: { readonly job: number; readonly needs: readonly number[] },
): Promise<Submission> {
  for (const { id } of drafts) {
    if (id === refused.job) break
    await db.deleteFrom('jobs').where('id', '=', id).execute()
  }
  return { ok: false, why: 'needs', ...refused }
}

/** The links point at the row, so it comes first. */
async function insert(db: Db, draft: JobDraft): Promise<void> {
  const { id, spec } = draft
  const row = rowOf(newJob(draft, { unmet: 0, doomedBy: null }))
  await db.insertInto('jobs').values(row).execute()
  if (spec.after.length > 0) await link(db, { id, needs: spec.after, isNew: true })
}

async function put(db: Db, job: Job): Promise<void> {
  const { id, ...columns } = rowOf(job)
  await db
    .insertInto('jobs')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute()
  await link(db, { id, needs: job.spec.after, isNew: false })
}

async function link(db: Db, what: Parameters<typeof linkNeeds>[1]): Promise<void> {
  const { unmet, doomedBy } = await linkNeeds(db, what)
  if (unmet === 0 && doomedBy === null) return
  await sql`
    update jobs set unmet = ${unmet}, doomed_by = ${doomedBy}
    where id = ${what.id} and lane is not null and run is null
  `.execute(db)
}
