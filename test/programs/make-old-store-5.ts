/**
 * Makes the store as a curfew of schema 5 left it, from the one of schema 4:
 * `node test/programs/make-old-store-5.ts test/data/store-schema-4.db test/data/store-schema-5.db`.
 * Run it while schema 5 is the newest, and never again.
 */
import { copyFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { addFollowUpProblem } from '../../src/store/migrations/005-follow-up-problem.ts'

const [from = '', to = ''] = process.argv.slice(2)

rmSync(to, { force: true })
copyFileSync(from, to)
const database = new DatabaseSync(to)
database.exec(addFollowUpProblem)
database.exec('pragma user_version = 5')
database.close()
