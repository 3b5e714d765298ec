import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ProblemError } from '../../src/domain/problem.ts'
import { isDamage, openStore, openStoreReadOnly } from '../../src/store/open-store.ts'
import { SCHEMA_VERSION } from '../../src/store/sqlite/migrate.ts'
import { damagedStore } from '../support/damaged-store.ts'
import { openTempStore } from '../support/open-temp-store.ts'
import { programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { describeStore, idsOf, range, some } from './contract.ts'

const WRITERS = 8
const EACH = 25

describeStore({
  name: 'sqlite',
  open: (t) => {
    const path = join(tempDir(t), 'curfew.db')
    const store = openTempStore(t, path)
    return {
      store,
      reopen: async () => {
        await store.close()
        return openTempStore(t, path)
      },
    }
  },
})

test('T7: eight processes write at once: every event is kept, none meets a lock error, a reader is never in the way', async (t) => {
  const path = join(tempDir(t), 'curfew.db')
  openTempStore(t, path)
  const script = programPath('store-writer.ts')
  const writers = range(1, WRITERS).map((n) =>
    startProgram(t, script, [path, `w${n}`, String(EACH)]),
  )
  for (const writer of writers) assert.equal(await writer.nextLine(), 'ready')
  const reader = openStoreReadOnly(path)
  for (const writer of writers) writer.send('go')
  const results = Promise.all(writers.map(async (writer) => JSON.parse(await writer.nextLine())))
  const reads = await readUntil(reader, results)
  const ids: number[] = (await results).flatMap((result) => result.ids)
  for (const { errors } of await results) assert.deepEqual(errors, [])
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    range(1, WRITERS * EACH),
  )
  assert.deepEqual(
    idsOf(await reader.listEvents({ limit: 5_000, afterId: 0 })),
    range(1, WRITERS * EACH),
  )
  assert.ok(reads > 1, `the reader read ${reads} times meanwhile`)
  await reader.close()
})

test('a store opened for looking cannot be written, and sees what the writer keeps', async (t) => {
  const path = join(tempDir(t), 'curfew.db')
  const writer = openTempStore(t, path)
  const reader = openStoreReadOnly(path)
  await writer.appendEvents(some(2))
  assert.deepEqual(idsOf(await reader.listEvents({ limit: 5 })), [2, 1])
  await assert.rejects(reader.appendEvents(some(1)), /readonly/)
  await reader.close()
})

test('a store of a newer curfew is refused with what to do, and is left as it is', async (t) => {
  const path = join(tempDir(t), 'curfew.db')
  await openTempStore(t, path).close()
  run(path, 'pragma user_version = 999')
  for (const open of [openStore, openStoreReadOnly]) {
    assert.throws(
      () => open(path),
      (error) => {
        assert.ok(error instanceof ProblemError)
        assert.equal(error.problem.kind, 'unusable')
        assert.match(error.message, /has schema 999, this curfew knows up to \d+/)
        assert.match(error.problem.hint ?? '', /upgrade/)
        return true
      },
    )
  }
  run(path, `pragma user_version = ${SCHEMA_VERSION}`)
  assert.deepEqual(await openTempStore(t, path).listEvents({ limit: 1 }), [])
})

test('J10: what is no database is told as damage, so that it can be set aside', (t) => {
  for (const content of [
    'this is no database at all',
    '\0'.repeat(8192),
    'SQLite format 3\0 torn',
  ]) {
    const path = join(tempDir(t), 'curfew.db')
    writeFileSync(path, content.padEnd(4096, 'x'))
    assert.throws(
      () => openStore(path),
      (error) => isDamage(error),
      content.slice(0, 20),
    )
  }
})

test('J10: damage that is met later is remembered, and the error is one line that says the store has failed', async (t) => {
  const store = await damagedStore(t)
  assert.equal(store.damage(), undefined)
  await assert.rejects(store.listEvents({ limit: 5_000, afterId: 0 }), (error) => {
    assert.ok(error instanceof ProblemError)
    assert.match(error.message, /^store: .*malformed/)
    return true
  })
  assert.match(store.damage() ?? '', /malformed/)
})

test('J10: a damaged row keeps its place and hides no other', async (t) => {
  const path = join(tempDir(t), 'curfew.db')
  const store = openTempStore(t, path)
  await store.appendEvents(some(6))
  run(
    path,
    `update events set body = '{"type":"wok' where id = 2;
     update events set body = 'null' where id = 3;
     update events set type = 'a' || char(10) || 'data: x', body = '[]' where id = 4;
     update events set type = 'moon_landed', body = '{"by":7}' where id = 5`,
  )
  const events = await store.listEvents({ limit: 10, afterId: 0 })
  assert.deepEqual(idsOf(events), range(1, 6))
  assert.deepEqual(
    events.map(({ body }): string => body.type),
    ['woken', 'woken', 'woken', 'unreadable', 'moon_landed', 'woken'],
  )
})

async function readUntil(
  reader: ReturnType<typeof openStoreReadOnly>,
  done: Promise<unknown>,
): Promise<number> {
  let reads = 0
  let over = false
  const end = done.finally(() => {
    over = true
  })
  while (!over) {
    const ids = idsOf(await reader.listEvents({ limit: 5_000, afterId: 0 }))
    assert.deepEqual(ids, range(1, ids.length))
    reads++
    await new Promise((resolve) => setImmediate(resolve))
  }
  await end
  return reads
}

function run(path: string, sql: string): void {
  const database = new DatabaseSync(path, { timeout: 5_000 })
  database.exec(sql)
  database.close()
}
