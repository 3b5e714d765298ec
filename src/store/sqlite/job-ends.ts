import { type Kysely, sql } from 'kysely'
import { type EndedJob, isActive, isEnded, type Job } from '../../domain/job.ts'
import { retryJobInPlace, settleIntent } from '../../domain/job-moves.ts'
import type { Ended, Ending, Intended } from '../job-store.ts'
import { changeJobs, saveJob } from './change-jobs.ts'
import { outcomeColumns, waitColumnsOf } from './job-columns.ts'
import { linksOf, tellDependants } from './job-dependencies.ts'
import { getJobs } from './job-reads.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** What is owed because jobs have come to their final end, kept together with it. */
export type OnFinalEnd = (transaction: Kysely<Tables>, jobs: readonly EndedJob[]) => Promise<void>

export function end(
  db: Db,
  endings: readonly Ending[],
  onFinalEnd: OnFinalEnd | undefined,
): Promise<Ended[]> {
  return db.transaction().execute(async (transaction) => {
    const ended: Ended[] = []
    for (const ending of endings) ended.push(...(await endOne(transaction, ending)))
    const final = ended.flatMap(({ id, isFinal }) => (isFinal ? [id] : []))
    if (final.length === 0) return ended
    await tellDependants(transaction, final)
    if (onFinalEnd === undefined) return ended
    await onFinalEnd(transaction, (await getJobs(transaction, final)).filter(isEnded))
    return ended
  })
}

export function intend(db: Db, intents: readonly Intended[]): Promise<Intended[]> {
  const asked = new Map(intents.map(({ id, intent }) => [id, intent]))
  return db.transaction().execute(async (transaction) => {
    const standing: Intended[] = []
    for (const job of await getJobs(transaction, [...asked.keys()])) {
      const wanted = asked.get(job.id)
      if (!isActive(job) || wanted === undefined) continue
      const intent = settleIntent(job.intent, wanted)
      if (intent !== job.intent) await saveJob(transaction, { ...job, intent })
      standing.push({ id: job.id, intent })
    }
    return standing
  })
}

/** What was owed for the end that counts no more. */
export type OnRetry = (transaction: Kysely<Tables>, id: number) => Promise<void>

export function retryInPlace(
  db: Db,
  id: number,
  onRetry: OnRetry | undefined,
): Promise<Job | undefined> {
  return db.transaction().execute(async (transaction) => {
    const [job] = await getJobs(transaction, [id])
    if (job === undefined || !isEnded(job)) return undefined
    await keepAttempt(transaction, id)
    const next = retryJobInPlace(job, await linksOf(transaction, id))
    await saveJob(transaction, next)
    await tellDependants(transaction, [id])
    await onRetry?.(transaction, id)
    return next
  })
}

export async function setProgress(
  db: Db,
  id: number,
  progress: Exclude<Job['progress'], null>,
): Promise<boolean> {
  const changed = await changeJobs(db, [id], (job) =>
    isActive(job) ? { ...job, progress } : undefined,
  )
  return changed.length > 0
}

async function endOne(db: Db, ending: Ending): Promise<Ended[]> {
  const outcome = outcomeColumns(ending.end, ending.figures, ending.endedMs)
  const lane =
    ending.of === 'run' ? sql`= 'active'` : sql`in ('ready', 'timed', 'held', 'blocked', 'doomed')`
  const { rows } = await sql<{ session: string | null }>`
    update jobs
    set
      status = ${outcome.status},
      started_ms = coalesce(${ending.startedMs}, started_ms),
      ended_ms = ${outcome.ended_ms},
      exit_code = ${outcome.exit_code},
      signal = ${outcome.signal},
      reason = ${outcome.reason},
      cpu_ms = ${outcome.cpu_ms},
      peak_memory = ${outcome.peak_memory},
      measured_by = ${outcome.measured_by},
      reach = ${outcome.reach},
      bytes = ${Math.round(ending.bytes)},
      acknowledged_ms = case when session is null then ${ending.endedMs} end,
      run = null, paused_by = null, intent = null,
      wait = null, due_ms = null, unmet = 0, doomed_by = null
    where id = ${ending.id} and attempt = ${ending.attempt} and lane ${lane}
    returning session
  `.execute(db)
  const { again } = ending
  if (again !== null && rows.length > 0) await goOn(db, ending.id, again)
  return rows.map(({ session }) => ({ id: ending.id, isFinal: again === null, session }))
}

/** The attempt is over and another is due after a wait. */
async function goOn(db: Db, id: number, again: Exclude<Ending['again'], null>): Promise<void> {
  await keepAttempt(db, id)
  const { wait, due_ms: dueMs } = waitColumnsOf(again)
  await sql`
    update jobs
    set
      status = 'queued', attempt = attempt + 1, retries_left = max(0, retries_left - 1),
      wait = ${wait}, due_ms = ${dueMs}, bad_starts = 0, started_ms = null, progress = null,
      ended_ms = null, exit_code = null, signal = null, reason = null, cpu_ms = null,
      peak_memory = null, measured_by = null, reach = null, bytes = 0, acknowledged_ms = null
    where id = ${id}
  `.execute(db)
}

/** The outcome on record becomes one of the earlier ones. */
async function keepAttempt(db: Db, id: number): Promise<void> {
  await sql`
    insert or replace into job_attempts (
      job, attempt, status, started_ms, ended_ms, exit_code, signal, reason,
      cpu_ms, peak_memory, measured_by, reach
    )
    select
      id, attempt, status, started_ms, coalesce(ended_ms, created_ms), exit_code, signal,
      coalesce(reason, ''), cpu_ms, peak_memory, measured_by, reach
    from jobs where id = ${id}
  `.execute(db)
}
