/**
 * What finished jobs owe their sessions. A follow-up goes with its job; a session that is gone is remembered, so that
 * what ends later for it is owed to nobody.
 */
export const createFollowUps = `
  create table follow_ups (
    id integer primary key,
    job integer not null references jobs (id) on delete cascade,
    session text not null,
    state text not null,
    created_ms integer not null,
    attempts integer not null,
    next_ms integer
  ) strict;
  create index follow_ups_pending on follow_ups (id) where state = 'pending';
  create index follow_ups_given_up on follow_ups (id) where state = 'given_up';
  create index follow_ups_session on follow_ups (session, id);
  create index follow_ups_job on follow_ups (job, id);

  create table gone_sessions (
    session text primary key,
    since_ms integer not null
  ) strict, without rowid;
`
