/**
 * Makes the store as a curfew of schema 3 left it, from the one of schema 2:
 * `node test/programs/make-old-store-3.ts test/data/store-schema-2.db test/data/store-schema-3.db`.
 * Run it while schema 3 is the newest, and never again.
 */
import { copyFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createFollowUps } from '../../src/store/migrations/003-follow-ups.ts'

const [from = '', to = ''] = process.argv.slice(2)
const CREATED_MS = Date.UTC(2026, 10, 20, 10)

rmSync(to, { force: true })
copyFileSync(from, to)
const database = new DatabaseSync(to)
database.exec(createFollowUps)
database.exec(`
  insert into follow_ups (id, job, session, state, created_ms, attempts, next_ms)
    values (8, 1, 's1', 'pending', ${CREATED_MS + 2000}, 2, ${CREATED_MS + 60_000});
  insert into gone_sessions (session, since_ms) values ('s0', ${CREATED_MS});
  update job_ids set floor = 8;
  pragma user_version = 3;
`)
database.close()
