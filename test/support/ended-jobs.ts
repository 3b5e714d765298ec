import type { DatabaseSync } from 'node:sqlite'

/** As many jobs that have ended as one likes, the first with id 1; made far faster than they could be run. */
export function addEndedJobs(database: DatabaseSync, count: number): void {
  database.exec('pragma synchronous = off; pragma cache_size = -65536; begin')
  database.exec(`
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into jobs (
      id, status, attempt, retries_left, bad_starts, command, session, grp, cwd, after_ids, priority,
      timeout_ms, retries, keep_awake, created_ms, unmet, started_ms, ended_ms, exit_code, reason,
      bytes, acknowledged_ms
    )
    select
      i, iif(i % 5 = 0, 'failed', 'succeeded'), 1, 0, 0, '["true"]', 's' || (i % 7),
      iif(i % 3 = 0, 'build', 'default'), '/tmp', '[]', 0, 0, 0, 0, i, 0, i, i, 0, 'exit code 0',
      1000, iif(i % 2 = 0, i, null)
    from n
  `)
  database.exec('commit; pragma cache_size = -1024')
}
