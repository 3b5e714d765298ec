import type { Generated, GeneratedAlways } from 'kysely'

/** The rows as they lie on disk. Times are integer milliseconds; structured values are JSON text. */
export interface Tables {
  events: EventRow
  notes: NoteRow
  jobs: JobRow
  job_attempts: AttemptRow
  job_dependencies: DependencyRow
  job_tickets: TicketRow
  job_groups: GroupRow
  job_counts: JobCountRow
  job_ids: JobIdsRow
  follow_ups: FollowUpRow
  gone_sessions: GoneSessionRow
  boards: BoardRow
  board_ids: BoardIdsRow
  board_seen: BoardSeenRow
  board_counts: BoardCountRow
  board_clock: BoardClockRow
  tasks: TaskRow
  task_edges: EdgeRow
  task_tickets: TaskTicketRow
}

export interface EventRow {
  id: Generated<number>
  at_ms: number
  type: string
  body: string
}

export interface NoteRow {
  name: string
  value: string
}

/** How an attempt ended and what it took. */
interface OutcomeColumns {
  started_ms: number | null
  exit_code: number | null
  signal: string | null
  cpu_ms: number | null
  peak_memory: number | null
  measured_by: string | null
  reach: string | null
}

export interface JobRow extends OutcomeColumns {
  id: number
  status: string
  attempt: number
  retries_left: number
  bad_starts: number
  command: string
  name: string | null
  session: string | null
  grp: string
  cwd: string
  umask: number
  after_ids: string
  priority: number
  timeout_ms: number
  retries: number
  keep_awake: number
  parent: number | null
  retry_of: number | null
  created_ms: number
  wait: string | null
  /** When the wait is over, as a date good enough to sort by. */
  due_ms: number | null
  unmet: number
  doomed_by: number | null
  run: string | null
  paused_by: string | null
  intent: string | null
  progress: string | null
  ended_ms: number | null
  reason: string | null
  bytes: number
  acknowledged_ms: number | null
  lane: GeneratedAlways<string | null>
}

export interface AttemptRow extends OutcomeColumns {
  job: number
  attempt: number
  status: string
  ended_ms: number
  reason: string
}

export interface DependencyRow {
  job: number
  needs: number
  /** `open`, `unknown`, or how it ended. */
  state: string
}

export interface TicketRow {
  ticket: string
  job: number
}

export interface GroupRow {
  name: string
  slots: number | null
  paused: number
}

export interface JobCountRow {
  status: string
  jobs: number
  bytes: number
}

export interface JobIdsRow {
  only_row: number
  floor: number
}

export interface FollowUpRow {
  id: number
  job: number
  session: string
  state: string
  created_ms: number
  attempts: number
  next_ms: number | null
  problem: string | null
}

export interface GoneSessionRow {
  session: string
  since_ms: number
}

export interface BoardRow {
  id: Generated<number>
  name: string
  role: string | null
  session: string | null
  metadata: string
  created_ms: number
  updated_ms: number
  archived_ms: number | null
}

interface BoardIdsRow {
  name: string
  floor: number
}

interface BoardSeenRow {
  board: number
  who: string
  at_ms: number
}

interface BoardCountRow {
  board: number
  status: string
  tasks: number
}

interface BoardClockRow {
  only_row: number
  now_ms: number
}

export interface TaskRow {
  board: number
  id: number
  subject: string
  description: string | null
  active_form: string | null
  status: string
  priority: number
  owner: string | null
  wrapper: string | null
  lease_until: number | null
  ticket: string | null
  metadata: string
  internal: number
  version: number
  unmet: number
  created_ms: number
  updated_ms: number
  archived_ms: number | null
  shown: GeneratedAlways<number>
  open: GeneratedAlways<number>
  lane: GeneratedAlways<string | null>
}

interface EdgeRow {
  board: number
  blocker: number
  blocked: number
}

interface TaskTicketRow {
  number: Generated<number>
  ticket: string
  board: number
  first_id: number
  last_id: number
}
