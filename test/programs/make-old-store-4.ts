/**
 * Makes the store as a curfew of schema 4 left it, from the one of schema 3:
 * `node test/programs/make-old-store-4.ts test/data/store-schema-3.db test/data/store-schema-4.db`.
 * Run it while schema 4 is the newest, and never again.
 */
import { copyFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createTasks } from '../../src/store/migrations/004-tasks.ts'

const [from = '', to = ''] = process.argv.slice(2)
const CREATED_MS = Date.UTC(2026, 10, 20, 11)

rmSync(to, { force: true })
copyFileSync(from, to)
const database = new DatabaseSync(to)
database.exec(createTasks)
database.exec(`
  insert into boards (id, name, metadata, created_ms, updated_ms)
    values (1, 'plan', '{}', ${CREATED_MS}, ${CREATED_MS});
  insert into board_ids (name, floor) values ('plan', 2);
  insert into tasks (
    board, id, subject, status, priority, metadata, internal, version, unmet, created_ms, updated_ms
  ) values
    (1, 1, 'lay the ground', 'pending', 0, '{}', 0, 1, 0, ${CREATED_MS}, ${CREATED_MS}),
    (1, 2, 'build the wall', 'pending', 0, '{}', 0, 1, 0, ${CREATED_MS}, ${CREATED_MS});
  insert into task_edges (board, blocker, blocked) values (1, 1, 2);
  pragma user_version = 4;
`)
database.close()
