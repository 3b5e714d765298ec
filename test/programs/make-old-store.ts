/**
 * Makes the store as a curfew of schema 1 left it: `node test/programs/make-old-store.ts test/data/store-schema-1.db`.
 * The SQL is that of its time and is not to follow the code.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const [path = ''] = process.argv.slice(2)
const START_MS = Date.UTC(2026, 10, 20, 9)

const EVENTS = [
  { type: 'daemon_started', pid: 4242, version: '0.1.0', previous: null },
  { type: 'woken', by: 'wake.signal' },
  { type: 'config_reloaded', changed: ['tick'] },
  { type: 'step_failed', step: 'log', problem: 'writing log /h/log/curfew.log: ENOSPC' },
  { type: 'daemon_stopping', why: 'signal SIGTERM' },
  { type: 'daemon_stopped', clean: true, why: 'all in order' },
]

rmSync(path, { force: true })
const database = new DatabaseSync(path)
database.exec(`
  pragma journal_mode = wal;
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
  pragma user_version = 1;
`)
const insert = database.prepare('insert into events (at_ms, type, body) values (?, ?, ?)')
for (const [index, body] of EVENTS.entries()) {
  insert.run(START_MS + index * 1000, body.type, JSON.stringify(body))
}
database.exec(`
  insert into notes (name, value) values ('last_activity_ms', '${START_MS}');
  delete from events where id = ${EVENTS.length};
`)
database.close()
