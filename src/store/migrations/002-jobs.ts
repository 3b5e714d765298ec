/**
 * Jobs. `lane` says what the queue has to do with a job and is null once it has ended, so that what is
 * to be looked at on every turn lies in indices that do not grow with history; counts are kept by triggers
 * for the same reason.
 */
export const createJobs = `
  create table job_ids (
    only_row integer primary key check (only_row = 1),
    floor integer not null
  ) strict;
  insert into job_ids (only_row, floor) values (1, 0);

  create table jobs (
    id integer primary key,
    status text not null,
    attempt integer not null,
    retries_left integer not null,
    bad_starts integer not null,
    command text not null,
    name text,
    session text,
    grp text not null,
    cwd text not null,
    after_ids text not null,
    priority integer not null,
    timeout_ms integer not null,
    retries integer not null,
    keep_awake integer not null,
    parent integer,
    retry_of integer,
    created_ms integer not null,
    wait text,
    due_ms integer,
    unmet integer not null,
    doomed_by integer,
    started_ms integer,
    run text,
    paused_by text,
    intent text,
    progress text,
    ended_ms integer,
    exit_code integer,
    signal text,
    reason text,
    cpu_ms integer,
    peak_memory integer,
    measured_by text,
    reach text,
    bytes integer not null,
    acknowledged_ms integer,
    lane text generated always as (
      case
        when run is not null then 'active'
        when status not in ('queued', 'paused') then null
        when doomed_by is not null then 'doomed'
        when status = 'paused' then 'held'
        when unmet > 0 then 'blocked'
        when due_ms is not null then 'timed'
        else 'ready'
      end
    ) virtual
  ) strict;
  create index jobs_lane on jobs (lane, grp, priority desc, id) where lane is not null;
  create index jobs_due on jobs (due_ms, id) where due_ms is not null;
  create index jobs_status on jobs (status, id);
  create index jobs_session on jobs (session, id) where session is not null;
  create index jobs_session_status on jobs (session, status, id) where session is not null;
  create index jobs_group on jobs (grp, id);
  create index jobs_group_status on jobs (grp, status, id);
  create index jobs_acknowledged on jobs (acknowledged_ms, id) where acknowledged_ms is not null;
  create index jobs_owed on jobs (ended_ms) where acknowledged_ms is null and ended_ms is not null;

  create table job_attempts (
    job integer not null references jobs (id) on delete cascade,
    attempt integer not null,
    status text not null,
    started_ms integer,
    ended_ms integer not null,
    exit_code integer,
    signal text,
    reason text not null,
    cpu_ms integer,
    peak_memory integer,
    measured_by text,
    reach text,
    primary key (job, attempt)
  ) strict, without rowid;

  create table job_dependencies (
    job integer not null references jobs (id) on delete cascade,
    needs integer not null,
    state text not null,
    primary key (job, needs)
  ) strict, without rowid;
  create index job_dependants on job_dependencies (needs, job);

  create table job_tickets (
    ticket text primary key,
    job integer not null references jobs (id) on delete cascade
  ) strict, without rowid;
  create index job_ticketed on job_tickets (job);

  create table job_groups (
    name text primary key,
    slots integer,
    paused integer not null
  ) strict, without rowid;

  create table job_counts (
    status text primary key,
    jobs integer not null,
    bytes integer not null
  ) strict, without rowid;
  create trigger job_counted after insert on jobs begin
    insert into job_counts (status, jobs, bytes) values (new.status, 1, new.bytes)
      on conflict (status) do update set jobs = jobs + 1, bytes = bytes + excluded.bytes;
  end;
  create trigger job_recounted after update of status, bytes on jobs
    when old.status <> new.status or old.bytes <> new.bytes begin
    update job_counts set jobs = jobs - 1, bytes = bytes - old.bytes where status = old.status;
    insert into job_counts (status, jobs, bytes) values (new.status, 1, new.bytes)
      on conflict (status) do update set jobs = jobs + 1, bytes = bytes + excluded.bytes;
  end;
  create trigger job_uncounted after delete on jobs begin
    update job_counts set jobs = jobs - 1, bytes = bytes - old.bytes where status = old.status;
  end;
`
