/** Submits jobs to a store when it is told to, one by one; says one line of JSON with what came of it. */
import { Kysely } from 'kysely'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { sqliteDialect } from '../../src/store/sqlite/dialect.ts'
import { createEventLedger } from '../../src/store/sqlite/event-ledger.ts'
import { sqliteJobs } from '../../src/store/sqlite/jobs.ts'
import type { Tables } from '../../src/store/sqlite/tables.ts'
import { draft } from '../support/jobs.ts'

const [path = '', name = '', count = '0'] = process.argv.slice(2)
const database = openDatabase(path, { readOnly: false })
const ledger = createEventLedger(database)
const jobs = sqliteJobs(new Kysely<Tables>({ dialect: sqliteDialect(database, ledger) }))
process.stdout.write('ready\n')
process.stdin.once('data', () => void submitAll())

async function submitAll(): Promise<void> {
  const ids: number[] = []
  const errors: string[] = []
  for (let number = 0; number < Number(count); number++) {
    try {
      const id = await jobs.reserveIds(1)
      await jobs.submit([draft(id, { name: `${name}-${number}` })])
      ids.push(id)
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error))
    }
  }
  database.close()
  process.stdout.write(`${JSON.stringify({ ids, errors })}\n`)
  process.stdin.destroy()
}
