import { type Kysely, sql } from 'kysely'
import {
  FOLLOW_UP_STATES,
  type FollowUp,
  type FollowUpState,
  MOST_TOGETHER,
  TOGETHER_MS,
} from '../../domain/follow-up.ts'
import type { EndedJob } from '../../domain/job.ts'
import type {
  Acknowledged,
  FollowUpCounts,
  FollowUpQuery,
  FollowUpStore,
  Try,
} from '../follow-up-store.ts'
import { idsIn } from './ids-in.ts'
import { acknowledge as acknowledgeJobs } from './job-leaving.ts'
import { reserveIds } from './job-submit.ts'
import type { FollowUpRow, Tables } from './tables.ts'

type Db = Kysely<Tables>

/** The verbs of follow-ups on SQLite. */
export function sqliteFollowUps(db: Db): FollowUpStore {
  return {
    pending: (limit) => pending(db, limit),
    list: (query) => list(db, query),
    counts: () => counts(db),
    ofJobs: (jobs) => ofJobs(db, jobs),
    tried: (tries) => tried(db, tries),
    failed: (ids, problem) => failed(db, ids, problem),
    acknowledge: (ids, atMs) => acknowledge(db, ids, atMs),
    giveUp: (ids, atMs) => giveUp(db, ids, atMs),
    retry: (ids, nowMs) => retry(db, ids, nowMs),
    endSession: (session, atMs) => endSession(db, session, atMs),
    reviveSession: async (session) => {
      await db.deleteFrom('gone_sessions').where('session', '=', session).execute()
    },
  }
}

/** Kept in one with the end itself. Numbers are drawn with those of jobs, so that any number means one thing. */
export async function oweFollowUps(db: Db, jobs: readonly EndedJob[]): Promise<void> {
  const owed = jobs.flatMap(({ id, spec, endedMs }) =>
    spec.session === null ? [] : [{ job: id, session: spec.session, createdMs: endedMs }],
  )
  if (owed.length === 0) return
  const firstId = await reserveIds(db, owed.length)
  const gone = await goneOf(
    db,
    owed.map(({ session }) => session),
  )
  const rows = owed.map(({ job, session, createdMs }, at) => {
    const state: FollowUpState = gone.has(session) ? 'settled' : 'pending'
    const nextMs = state === 'pending' ? createdMs + TOGETHER_MS : null
    return {
      id: firstId + at,
      job,
      session,
      state,
      created_ms: createdMs,
      attempts: 0,
      next_ms: nextMs,
      problem: null,
    }
  })
  await db.insertInto('follow_ups').values(rows).execute()
  const settled = rows.filter(({ state }) => state === 'settled')
  for (const { job, created_ms: atMs } of settled) await acknowledgeJobs(db, [job], atMs)
}

/** A job that runs again has not ended: what it was owed for is over. */
export async function settleOfJob(db: Db, job: number): Promise<void> {
  await db
    .updateTable('follow_ups')
    .set({ state: 'settled', next_ms: null })
    .where('job', '=', job)
    .where('state', 'in', OPEN)
    .execute()
}

const OPEN = ['pending', 'given_up']

async function pending(db: Db, limit: number): Promise<FollowUp[]> {
  const { rows } = await sql<FollowUpRow>`
    select * from (
      select *, row_number() over (partition by session order by id) as place
      from follow_ups where state = 'pending'
    )
    where place <= ${MOST_TOGETHER} order by place, id limit ${limit}
  `.execute(db)
  return rows.map(followUpOf)
}

async function list(db: Db, query: FollowUpQuery): Promise<FollowUp[]> {
  const { session, state, beforeId, limit } = query
  let select = db.selectFrom('follow_ups').selectAll().orderBy('id', 'desc').limit(limit)
  if (session !== undefined) select = select.where('session', '=', session)
  if (state !== undefined) select = select.where('state', '=', sql.lit(state))
  if (beforeId !== undefined) select = select.where('id', '<', beforeId)
  return (await select.execute()).map(followUpOf)
}

async function counts(db: Db): Promise<FollowUpCounts> {
  const { rows } = await sql<{ pending: number; given_up: number }>`
    select
      (select count(*) from follow_ups where state = 'pending') as pending,
      (select count(*) from follow_ups where state = 'given_up') as given_up
  `.execute(db)
  const [row] = rows
  return { pending: row?.pending ?? 0, givenUp: row?.given_up ?? 0 }
}

async function ofJobs(db: Db, jobs: readonly number[]): Promise<FollowUp[]> {
  const newest = db
    .selectFrom('follow_ups')
    .select(({ fn }) => fn.max('id').as('id'))
    .where('job', 'in', idsIn(jobs))
    .groupBy('job')
  const rows = await db.selectFrom('follow_ups').selectAll().where('id', 'in', newest).execute()
  return rows.map(followUpOf)
}

function tried(db: Db, tries: readonly Try[]): Promise<number[]> {
  return db.transaction().execute(async (transaction) => {
    const still: number[] = []
    for (const { id, nextMs } of tries) {
      const row = await transaction
        .updateTable('follow_ups')
        .set((eb) => ({ attempts: eb('attempts', '+', 1), next_ms: nextMs }))
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .returning('id')
        .executeTakeFirst()
      if (row !== undefined) still.push(row.id)
    }
    return still
  })
}

async function failed(db: Db, ids: readonly number[], problem: string): Promise<void> {
  await db
    .updateTable('follow_ups')
    .set({ problem })
    .where('id', 'in', idsIn(ids))
    .where('state', '=', 'pending')
    .execute()
}

function acknowledge(db: Db, ids: readonly number[], atMs: number): Promise<Acknowledged> {
  return db.transaction().execute(async (transaction) => {
    const { found, unknown } = await named(transaction, ids)
    const open = found.filter(({ state }) => OPEN.includes(state))
    await become(transaction, open, 'delivered')
    await acknowledgeJobs(transaction, jobsOf(open), atMs)
    return { changed: open, unknown }
  })
}

function giveUp(db: Db, ids: readonly number[], atMs: number): Promise<number[]> {
  return db.transaction().execute(async (transaction) => {
    const open = (await byIds(transaction, ids)).filter(({ state }) => state === 'pending')
    await become(transaction, open, 'given_up')
    await acknowledgeJobs(transaction, jobsOf(open), atMs)
    return open.map(({ id }) => id)
  })
}

function retry(db: Db, ids: readonly number[], nowMs: number): Promise<Acknowledged> {
  return db.transaction().execute(async (transaction) => {
    const { found, unknown } = await named(transaction, ids)
    const open = found.filter(({ state }) => OPEN.includes(state))
    await transaction
      .updateTable('follow_ups')
      .set({ state: 'pending', attempts: 0, next_ms: nowMs, created_ms: nowMs, problem: null })
      .where('id', 'in', idsIn(open.map(({ id }) => id)))
      .execute()
    return { changed: open, unknown }
  })
}

function endSession(db: Db, session: string, atMs: number): Promise<number[]> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('follow_ups')
      .selectAll()
      .where('session', '=', session)
      .where('state', 'in', OPEN)
      .execute()
    const open = rows.map(followUpOf)
    await become(transaction, open, 'settled')
    await acknowledgeJobs(transaction, jobsOf(open), atMs)
    await transaction
      .insertInto('gone_sessions')
      .values({ session, since_ms: atMs })
      .onConflict((conflict) => conflict.column('session').doUpdateSet({ since_ms: atMs }))
      .execute()
    return open.map(({ id }) => id)
  })
}

/** A number is that of a follow-up, or of a job: then the newest that it owes is meant. */
async function named(db: Db, ids: readonly number[]) {
  const direct = await byIds(db, ids)
  const known = new Set(direct.map(({ id }) => id))
  const rest = ids.filter((id) => !known.has(id))
  const ofThose = await ofJobs(db, rest)
  for (const { job } of ofThose) known.add(job)
  const found = new Map([...direct, ...ofThose].map((each) => [each.id, each]))
  return { found: [...found.values()], unknown: rest.filter((id) => !known.has(id)) }
}

async function byIds(db: Db, ids: readonly number[]): Promise<FollowUp[]> {
  const rows = await db.selectFrom('follow_ups').selectAll().where('id', 'in', idsIn(ids)).execute()
  return rows.map(followUpOf)
}

async function become(db: Db, which: readonly FollowUp[], state: FollowUpState): Promise<void> {
  if (which.length === 0) return
  await db
    .updateTable('follow_ups')
    .set({ state, next_ms: null })
    .where('id', 'in', idsIn(which.map(({ id }) => id)))
    .execute()
}

async function goneOf(db: Db, sessions: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('gone_sessions')
    .select('session')
    .where('session', 'in', [...new Set(sessions)])
    .execute()
  return new Set(rows.map(({ session }) => session))
}

function jobsOf(followUps: readonly FollowUp[]): number[] {
  return followUps.map(({ job }) => job)
}

/** A state that another version wrote is one in which nothing is tried. */
function followUpOf(row: FollowUpRow): FollowUp {
  const state = FOLLOW_UP_STATES.find((each) => each === row.state) ?? 'settled'
  return {
    id: row.id,
    job: row.job,
    session: row.session,
    state,
    createdMs: row.created_ms,
    attempts: row.attempts,
    nextMs: row.next_ms,
    problem: row.problem ?? null,
  }
}
