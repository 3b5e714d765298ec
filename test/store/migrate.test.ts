import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { isoTime } from '../../src/domain/iso-time.ts'
import { listEvents } from '../../src/operations/list-events.ts'
import { openStoreReadOnly } from '../../src/store/open-store.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { SCHEMA_VERSION } from '../../src/store/sqlite/migrate.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { openTempStore } from '../support/open-temp-store.ts'
import { tempDir } from '../support/temp-dir.ts'
import { idsOf, some } from './contract.ts'

const DATA = resolve(import.meta.dirname, '../data')
const SCHEMAS = readdirSync(DATA).flatMap((name) => {
  const schema = /^store-schema-(\d+)\.db$/.exec(name)?.[1]
  return schema === undefined ? [] : [Number(schema)]
})
const START_MS = Date.UTC(2026, 10, 20, 9)

test('a store of every schema that ever was is kept, so that it can be opened here', () => {
  const past = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1)
  assert.deepEqual(
    past.filter((schema) => !SCHEMAS.includes(schema)),
    [],
  )
})

for (const schema of SCHEMAS) {
  test(`a store of schema ${schema} is opened, brought up to date and goes on where it was`, async (t) => {
    const path = oldStore(t, schema)
    const store = openTempStore(t, path)
    assert.equal(schemaOf(path), SCHEMA_VERSION)
    assert.deepEqual(await store.integrity(), [])
    assert.deepEqual(idsOf(await store.listEvents({ limit: 10 })), [5, 4, 3, 2, 1])
    assert.equal(await store.readNote('last_activity_ms'), String(START_MS))
    assert.deepEqual(idsOf(await store.appendEvents(some(1))), [7])
  })

  test(`a store of schema ${schema} can be looked at as it is`, async (t) => {
    const path = oldStore(t, schema)
    const store = openStoreReadOnly(path)
    onEnd(t, () => store.close())
    const [last, ...earlier] = await listEvents({ store: () => store }, { limit: 10 })
    assert.deepEqual(last, {
      id: 5,
      at: isoTime(START_MS + 4000),
      type: 'daemon_stopping',
      level: 'info',
      message: 'daemon is leaving: signal SIGTERM',
      data: { why: 'signal SIGTERM' },
    })
    assert.equal(earlier.at(-1)?.message, 'daemon 0.1.0 started as process 4242')
    assert.equal(schemaOf(path), schema)
  })
}

test('a new store has the same tables as the oldest one that was brought up to date', (t) => {
  const fresh = join(tempDir(t), 'curfew.db')
  openTempStore(t, fresh)
  const old = oldStore(t, 1)
  openTempStore(t, old)
  assert.deepEqual(tablesOf(fresh), tablesOf(old))
})

test('J4: a commit is on the disk before it is acknowledged', (t) => {
  const database = openDatabase(join(tempDir(t), 'curfew.db'), { readOnly: false })
  onEnd(t, () => database.close())
  const read = (pragma: string): unknown =>
    Object.values(database.raw.prepare(`pragma ${pragma}`).get() ?? {})[0]
  assert.deepEqual([read('journal_mode'), read('synchronous')], ['wal', 2])
})

test('the statements that are kept ready are bounded, and a closed database may be closed once more', (t) => {
  const database = openDatabase(join(tempDir(t), 'curfew.db'), { readOnly: false })
  onEnd(t, () => database.close())
  for (let number = 0; number < 1_000; number++) {
    assert.equal(database.prepare(`select ${number} as n`).get()?.n, number)
  }
  assert.equal(database.prepare('select 1 as n'), database.prepare('select 1 as n'))
  database.close()
})

function oldStore(t: Cleaning, schema: number): string {
  const path = join(tempDir(t), 'curfew.db')
  copyFileSync(join(DATA, `store-schema-${schema}.db`), path)
  chmodSync(path, 0o600)
  return path
}

function schemaOf(path: string): number {
  return Number(query(path, 'pragma user_version')[0]?.user_version)
}

function tablesOf(path: string): unknown[] {
  return query(
    path,
    "select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by name",
  ).map(({ type, name, sql }) => [type, name, String(sql).replaceAll(/\s+/g, ' ')])
}

function query(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}
