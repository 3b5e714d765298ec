import { type Kysely, type Selectable, sql } from 'kysely'
import { type ActiveJob, isActive, isEndedStatus, type StartingRun } from '../../domain/job.ts'
import { groupOf, type Groups } from '../../domain/job-groups.ts'
import { putBackJob, startJob } from '../../domain/job-moves.ts'
import type { Candidate, Need } from '../../domain/job-queue.ts'
import { startClock } from '../../domain/job-run.ts'
import type { Wait } from '../../domain/job-wait.ts'
import type { Begin, PutBack, QueueLook, Started } from '../job-store.ts'
import { changeJobs } from './change-jobs.ts'
import { waitColumnsOf } from './job-columns.ts'
import { jobOf } from './job-rows.ts'
import type { JobRow, Tables } from './tables.ts'

type Db = Kysely<Tables>

/** How many are looked at in one go of those that wait for their time, and of those that can never start. */
const MOST_AT_ONCE = 1_000

export function lookAtQueue(
  db: Db,
  { groups, most }: { readonly groups: Groups; readonly most: number },
): Promise<QueueLook> {
  return db.transaction().execute(async (transaction) => {
    const taken = await takenSlots(transaction)
    const queued = [...(await doomed(transaction)), ...(await timed(transaction))]
    for (const group of await groupsWithReady(transaction)) {
      const { slots, paused } = groupOf(groups, group)
      const free = (slots ?? Infinity) - (taken.get(group) ?? 0)
      // One more than may start shows that there are more.
      const limit = Math.min(free, most + 1)
      if (!paused && limit > 0) queued.push(...(await ready(transaction, group, limit)))
    }
    return { taken, queued }
  })
}

export async function release(
  db: Db,
  waits: readonly Pick<Candidate, 'id' | 'wait'>[],
): Promise<void> {
  await inOne(db, waits, async (transaction, { id, wait }) => {
    const released = await sql`
      update jobs set wait = null, due_ms = null
      where id = ${id} and lane = 'timed' and wait = ${waitColumnsOf(wait).wait}
    `.execute(transaction)
    return released.numAffectedRows === 1n
  })
}

/** Read in the same transaction: what has its slot is known to whoever asked, or has none. */
export function begin(db: Db, starts: readonly Begin[]): Promise<ActiveJob[]> {
  return db.transaction().execute(async (transaction) => {
    const begun: ActiveJob[] = []
    for (const start of starts) begun.push(...(await beginOne(transaction, start)))
    return begun
  })
}

async function beginOne(
  db: Db,
  { id, group, attempt, startedMs, now }: Begin,
): Promise<ActiveJob[]> {
  const run: Omit<StartingRun, 'startedMs'> = { phase: 'starting', clock: startClock(now) }
  const { rows } = await sql<Selectable<JobRow>>`
    update jobs
    set status = 'running', run = ${JSON.stringify(run)}, started_ms = ${startedMs},
      wait = null, due_ms = null
    where id = ${id} and attempt = ${attempt} and grp = ${group ?? sql`grp`}
      and (lane = 'ready' or (lane = 'timed' and not json_valid(wait)))
      and not exists (select 1 from job_groups g where g.name = grp and g.paused = 1)
    returning *
  `.execute(db)
  return rows.map(jobOf).filter(isActive)
}

export async function started(db: Db, runs: readonly Started[]): Promise<number[]> {
  const starts = new Map(runs.map((run) => [run.id, run]))
  const noted = await changeJobs(db, [...starts.keys()], (job) => {
    const start = starts.get(job.id)
    return start?.attempt === job.attempt ? startJob(job, start) : undefined
  })
  return noted.map(({ id }) => id)
}

export async function putBack(db: Db, { id, attempt, ...back }: PutBack): Promise<boolean> {
  const changed = await changeJobs(db, [id], (job) =>
    job.attempt === attempt ? putBackJob(job, back) : undefined,
  )
  return changed.length > 0
}

/** Does it for each in one transaction; gives the ids of those for which there was something to do. */
async function inOne<T extends { readonly id: number }>(
  db: Db,
  items: readonly T[],
  change: (transaction: Db, item: T) => Promise<boolean>,
): Promise<number[]> {
  if (items.length === 0) return []
  return db.transaction().execute(async (transaction) => {
    const done: number[] = []
    for (const item of items) if (await change(transaction, item)) done.push(item.id)
    return done
  })
}

async function takenSlots(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('jobs')
    .select(({ fn }) => ['grp', fn.countAll<number>().as('taken')])
    .where('lane', '=', 'active')
    .groupBy('grp')
    .execute()
  return new Map(rows.map(({ grp, taken }) => [grp, taken]))
}

/** One step of the index for each group, however many jobs wait in it. */
async function groupsWithReady(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with recursive waiting (name) as (
      select min(grp) from jobs where lane = 'ready'
      union all
      select (select min(grp) from jobs where lane = 'ready' and grp > waiting.name)
      from waiting where waiting.name is not null
    )
    select name from waiting where name is not null
  `.execute(db)
  return rows.map(({ name }) => name)
}

async function ready(db: Db, group: string, limit: number): Promise<Candidate[]> {
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'priority'])
    .where('lane', '=', 'ready')
    .where('grp', '=', group)
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id, priority }) => ({ id, group, priority, wait: null, needs: [] }))
}

async function timed(db: Db): Promise<Candidate[]> {
  const rows = await db
    .selectFrom('jobs')
    .selectAll()
    .where('due_ms', 'is not', null)
    .where(sql`+lane`, '=', 'timed')
    .orderBy('due_ms')
    .orderBy('id')
    .limit(MOST_AT_ONCE)
    .execute()
  return rows.map((row) => {
    const { id, spec, ...job } = jobOf(row)
    const wait: Wait | null = 'wait' in job ? job.wait : null
    return { id, group: spec.group, priority: spec.priority, wait, needs: [] }
  })
}

type Doomed = Pick<Selectable<JobRow>, 'id' | 'grp' | 'priority'> & {
  readonly needs: number
  readonly state: string
}

/** Who comes after a failure and who comes after those, each with one it waits for in vain: that is older, so it is here too. */
async function doomed(db: Db): Promise<Candidate[]> {
  const { rows } = await sql<Doomed>`
    with recursive doomed (id, grp, priority, needs, state) as (
      select j.id, j.grp, j.priority, d.needs, d.state
      from jobs j join job_dependencies d on d.job = j.id and d.needs = j.doomed_by
      where j.lane = 'doomed'
      union
      select j.id, j.grp, j.priority, d.needs, d.state
      from doomed
        join job_dependencies d on d.needs = doomed.id
        join jobs j on j.id = d.job and j.lane is not null and j.run is null
      order by 1
      limit ${MOST_AT_ONCE}
    )
    select id, grp, priority, min(needs) as needs, state from doomed group by id
  `.execute(db)
  return rows.map(({ id, grp, priority, needs, state }) => ({
    id,
    group: grp,
    priority,
    wait: null,
    needs: [{ id: needs, state: needState(state) }],
  }))
}

function needState(state: string): Need['state'] {
  return state === 'open' || isEndedStatus(state) ? state : 'unknown'
}
