import { backup } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { EventBody, StoredEvent } from '../../domain/event.ts'
import type { EventQuery, NewEvent, Store } from '../store.ts'
import type { Database } from './database.ts'
import { sqliteDialect } from './dialect.ts'
import { createEventLedger, type EventLedger } from './event-ledger.ts'
import { oweFollowUps, settleOfJob, sqliteFollowUps } from './follow-ups.ts'
import { sqliteJobs } from './jobs.ts'
import type { Tables } from './tables.ts'
import { sqliteTasks } from './tasks.ts'

type Db = Kysely<Tables>

/** The store's verbs on SQLite. */
export function sqliteStore(database: Database): Store {
  const ledger = createEventLedger(database)
  const db: Db = new Kysely<Tables>({ dialect: sqliteDialect(database, ledger) })
  return {
    jobs: sqliteJobs(db, { onFinalEnd: oweFollowUps, onRetry: settleOfJob }),
    followUps: sqliteFollowUps(db),
    tasks: sqliteTasks(db, ledger),
    appendEvents: (events) => appendEvents(db, ledger, events),
    announceTo: ledger.announceTo,
    raiseEventIds: async (above) => raiseEventIds(database, above),
    listEvents: (query) => listEvents(db, query),
    pruneEvents: (limits) => pruneEvents(db, limits),
    readNote: (name) => readNote(db, name),
    writeNote: (name, value) => writeNote(db, name, value),
    tidy: async () => tidy(database),
    copyTo: (path) => copyTo(database, path),
    integrity: async () => integrity(database),
    damage: () => database.damage(),
    close: async () => {
      await db.destroy()
      // Kysely lets go only of what it has used.
      database.close()
    },
  }
}

async function appendEvents(
  db: Db,
  ledger: EventLedger,
  events: readonly NewEvent[],
): Promise<StoredEvent[]> {
  if (events.length === 0) return []
  return db
    .transaction()
    .execute(async () => events.map(({ atMs, body }) => ledger.write(atMs, body)))
}

async function listEvents(db: Db, query: EventQuery): Promise<StoredEvent[]> {
  let select = db.selectFrom('events').select(['id', 'at_ms', 'type', 'body']).limit(query.limit)
  if (query.afterId !== undefined) select = select.where('id', '>', query.afterId)
  if (query.beforeId !== undefined) select = select.where('id', '<', query.beforeId)
  const rows = await select.orderBy('id', query.afterId === undefined ? 'desc' : 'asc').execute()
  return rows.map((row) => ({ id: row.id, atMs: row.at_ms, body: readBody(row) }))
}

/** A row that is damaged, or that another version wrote, keeps its place and hides no other. */
function readBody({ type, body }: { type: string; body: string }): EventBody {
  const shown = /^[a-z_]{1,40}$/.test(type) ? type : 'unreadable'
  return { ...parseObject(body), type: shown } as EventBody
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

async function pruneEvents(
  db: Db,
  limits: { readonly keepMost: number; readonly olderThanMs: number },
): Promise<number> {
  const newest = db.selectFrom('events').select((eb) => eb.fn.max('id').as('id'))
  const last = (await newest.executeTakeFirst())?.id ?? 0
  const { numDeletedRows } = await db
    .deleteFrom('events')
    .where((eb) =>
      eb.or([eb('id', '<=', last - limits.keepMost), eb('at_ms', '<', limits.olderThanMs)]),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

async function readNote(db: Db, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('notes')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

async function writeNote(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('notes')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function raiseEventIds(database: Database, above: number): void {
  const floor = `max(coalesce((select seq from sqlite_sequence where name = 'events'), 0), ?1)`
  try {
    database.raw.exec('begin immediate')
    const known = database.prepare(`select ${floor} as seq`).get(above)
    database.prepare(`delete from sqlite_sequence where name = 'events'`).run()
    database
      .prepare(`insert into sqlite_sequence (name, seq) values ('events', ?1)`)
      .run(Number(known?.seq))
    database.raw.exec('commit')
  } catch (error) {
    if (database.raw.isTransaction) database.raw.exec('rollback')
    throw database.explain(error)
  }
}

function tidy(database: Database): void {
  try {
    database.raw.exec('pragma optimize; pragma wal_checkpoint(truncate);')
  } catch (error) {
    throw database.explain(error)
  }
}

async function copyTo(database: Database, path: string): Promise<void> {
  try {
    await backup(database.raw, path)
  } catch (error) {
    throw database.explain(error)
  }
}

function integrity(database: Database): string[] {
  const problems = quickCheck(database).filter((line) => line !== 'ok')
  const [first] = problems
  if (first !== undefined) database.suspect(first)
  return problems
}

function quickCheck(database: Database): string[] {
  try {
    const rows = database.prepare('pragma quick_check(5)').all()
    return rows.map((row) => String(row.quick_check))
  } catch (error) {
    throw database.explain(error)
  }
}
