/**
 * Makes the store as a curfew of schema 2 left it, from the one of schema 1:
 * `node test/programs/make-old-store-2.ts test/data/store-schema-1.db test/data/store-schema-2.db`.
 * Run it while schema 2 is the newest, and never again.
 */
import { copyFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createJobs } from '../../src/store/migrations/002-jobs.ts'

const [from = '', to = ''] = process.argv.slice(2)
const CREATED_MS = Date.UTC(2026, 10, 20, 10)

rmSync(to, { force: true })
copyFileSync(from, to)
const database = new DatabaseSync(to)
database.exec(createJobs)
database.exec(`
  insert into jobs (
    id, status, attempt, retries_left, bad_starts, command, session, grp, cwd, after_ids, priority,
    timeout_ms, retries, keep_awake, created_ms, wait, due_ms, unmet, started_ms, run, ended_ms,
    exit_code, reason, bytes, acknowledged_ms
  ) values
    (1, 'failed', 2, 0, 0, '["make","all"]', 's1', 'build', '/src', '[]', 0, 3600000, 1, 0,
      ${CREATED_MS}, null, null, 0, ${CREATED_MS + 1000}, null, ${CREATED_MS + 2000},
      2, 'exit code 2', 4096, null),
    (2, 'running', 1, 0, 0, '["sleep","600"]', null, 'default', '/tmp', '[]', 5, 0, 0, 1,
      ${CREATED_MS}, null, null, 0, ${CREATED_MS + 3000},
      '{"phase":"started","clock":{"ranMs":0,"since":{"awakeMs":1000,"bootId":"b"}},"waiter":{"pid":41,"processStart":"7","bootId":"b"},"process":{"pid":42,"processStart":"8","bootId":"b"},"reach":"scan","place":null}',
      null, null, null, 0, null),
    (3, 'queued', 1, 0, 0, '["true"]', null, 'default', '/tmp', '[2]', 0, 0, 0, 0,
      ${CREATED_MS}, '{"kind":"until","atMs":${CREATED_MS + 9000}}', ${CREATED_MS + 9000}, 1, null,
      null, null, null, null, 0, null);
  insert into job_attempts (job, attempt, status, started_ms, ended_ms, exit_code, reason)
    values (1, 1, 'failed', ${CREATED_MS + 100}, ${CREATED_MS + 200}, 1, 'exit code 1');
  insert into job_dependencies (job, needs, state) values (3, 2, 'open');
  insert into job_groups (name, slots, paused) values ('build', 2, 1);
  update job_ids set floor = 7;
  pragma user_version = 2;
`)
database.close()
