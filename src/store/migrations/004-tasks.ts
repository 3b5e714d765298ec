/**
 * Boards and their tasks. What a claim, a list or a lease has to look at lies in indices of its own; how many open
 * tasks block another, and how many there are of each status, is kept by triggers, so that no verb can leave half of it.
 */
export const createTasks = `
  create table boards (
    id integer primary key,
    name text not null unique,
    role text,
    session text,
    metadata text not null,
    created_ms integer not null,
    updated_ms integer not null,
    archived_ms integer
  ) strict;
  create index boards_session on boards (session, name) where session is not null;

  create table board_ids (
    name text primary key,
    floor integer not null
  ) strict, without rowid;

  create table board_seen (
    board integer not null references boards (id) on delete cascade,
    who text not null,
    at_ms integer not null,
    primary key (board, who)
  ) strict, without rowid;
  create trigger board_seen_capped after insert on board_seen begin
    delete from board_seen where board = new.board and who in (
      select who from board_seen where board = new.board order by at_ms desc, who limit -1 offset 20
    );
  end;

  create table board_counts (
    board integer not null references boards (id) on delete cascade,
    status text not null,
    tasks integer not null,
    primary key (board, status)
  ) strict, without rowid;

  create table board_clock (
    only_row integer primary key check (only_row = 1),
    now_ms integer not null
  ) strict;
  insert into board_clock (only_row, now_ms) values (1, 0);

  create table tasks (
    board integer not null references boards (id) on delete cascade,
    id integer not null,
    subject text not null,
    description text,
    active_form text,
    status text not null,
    priority integer not null,
    owner text,
    wrapper text,
    lease_until integer,
    ticket text,
    metadata text not null,
    internal integer not null,
    version integer not null,
    unmet integer not null,
    created_ms integer not null,
    updated_ms integer not null,
    archived_ms integer,
    shown integer generated always as (internal = 0 and archived_ms is null) virtual,
    open integer generated always as (
      status in ('pending', 'in_progress') and archived_ms is null
    ) virtual,
    lane text generated always as (
      case
        when status <> 'pending' or unmet > 0 or internal <> 0 or archived_ms is not null then null
        when owner is null then 'ready'
        else 'assigned'
      end
    ) virtual,
    primary key (board, id)
  ) strict, without rowid;
  create index tasks_shown on tasks (board, shown, id);
  create index tasks_status on tasks (board, shown, status, id);
  create index tasks_owner on tasks (board, shown, owner, id) where owner is not null;
  create index tasks_archived on tasks (board, id) where archived_ms is not null;
  create index tasks_ready on tasks (board, priority desc, id) where lane = 'ready';
  create index tasks_assigned on tasks (board, owner, priority desc, id) where lane = 'assigned';
  create index tasks_waiting on tasks (board, id)
    where status = 'pending' and unmet > 0 and internal = 0 and archived_ms is null;
  create index tasks_held on tasks (owner, wrapper) where status = 'in_progress';
  create index tasks_wrapper on tasks (wrapper) where status = 'in_progress' and wrapper is not null;
  create index tasks_lease on tasks (lease_until) where lease_until is not null;
  create index tasks_ticket on tasks (ticket) where ticket is not null;

  create trigger task_counted after insert on tasks when new.shown = 1 begin
    insert into board_counts (board, status, tasks) values (new.board, new.status, 1)
      on conflict (board, status) do update set tasks = tasks + 1;
  end;
  create trigger task_recounted after update of status, archived_ms, internal on tasks
    when old.shown <> new.shown or old.status <> new.status begin
    update board_counts set tasks = tasks - 1
      where old.shown = 1 and board = old.board and status = old.status;
    insert into board_counts (board, status, tasks)
      select new.board, new.status, 1 where new.shown = 1
      on conflict (board, status) do update set tasks = tasks + 1;
  end;
  create trigger task_uncounted after delete on tasks when old.shown = 1 begin
    update board_counts set tasks = tasks - 1 where board = old.board and status = old.status;
  end;

  create table task_edges (
    board integer not null,
    blocker integer not null,
    blocked integer not null,
    primary key (board, blocker, blocked),
    foreign key (board, blocker) references tasks (board, id) on delete cascade,
    foreign key (board, blocked) references tasks (board, id) on delete cascade
  ) strict, without rowid;
  create index task_blockers on task_edges (board, blocked, blocker);

  create trigger task_blocked after insert on task_edges begin
    update tasks set unmet = unmet + 1
      where board = new.board and id = new.blocked
      and (select open from tasks where board = new.board and id = new.blocker) = 1;
  end;
  create trigger task_unblocked before delete on task_edges begin
    update tasks set unmet = unmet - 1
      where board = old.board and id = old.blocked
      and (select open from tasks where board = old.board and id = old.blocker) = 1;
  end;
  create trigger task_settled after update of status, archived_ms on tasks when old.open <> new.open begin
    update tasks set unmet = unmet + new.open - old.open
      where board = new.board
      and id in (select blocked from task_edges where board = new.board and blocker = new.id);
  end;

  create table task_tickets (
    number integer primary key,
    ticket text not null unique,
    board integer not null references boards (id) on delete cascade,
    first_id integer not null,
    last_id integer not null
  ) strict;
  create trigger task_tickets_capped after insert on task_tickets begin
    delete from task_tickets where number <= new.number - 1000;
  end;
`
