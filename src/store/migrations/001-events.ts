/** Events and the daemon's own notes. Ids are never reused, also after the newest row went. */
export const createEvents = `
  create table events (
    id integer primary key autoincrement,
    at_ms integer not null,
    type text not null,
    body text not null
  ) strict;
  create index events_at on events (at_ms);
  create table notes (
    name text primary key,
    value text not null
  ) strict, without rowid;
`
