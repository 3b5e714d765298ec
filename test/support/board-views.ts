import type { BoardView, TaskView } from '../../src/contract/boards.ts'

/** A task as it crosses the socket; what matters to a test is said by it. */
export function taskView(said: Partial<TaskView> = {}): TaskView {
  const { status = 'pending' } = said
  return {
    list: 'work',
    id: 1,
    subject: 'subject',
    description: null,
    active_form: null,
    owner: null,
    wrapper: null,
    status,
    priority: 0,
    blocks: [],
    blocked_by: [],
    ready: status === 'pending',
    untouched: false,
    metadata: {},
    version: 1,
    lease_expires_at: null,
    created_at: '2026-11-20T09:00:00.000Z',
    updated_at: '2026-11-20T09:00:00.000Z',
    archived_at: null,
    ...said,
  }
}

export function boardView(said: Partial<BoardView> = {}): BoardView {
  return {
    list: 'work',
    role: null,
    session: null,
    metadata: {},
    counts: { pending: 0, in_progress: 0, completed: 0, cancelled: 0 },
    seen: [],
    last_id: 0,
    created_at: '2026-11-20T09:00:00.000Z',
    updated_at: '2026-11-20T09:00:00.000Z',
    archived_at: null,
    ...said,
  }
}

/** Tasks by what each waits for: `{ 2: [1] }` is two of them. */
export function tasksWaiting(waits: Readonly<Record<number, readonly number[]>>): TaskView[] {
  const pairs = Object.entries(waits).map(([id, blockers]) => [Number(id), blockers] as const)
  return pairs.map(([id, blockers]) =>
    taskView({
      id,
      subject: `do ${id}`,
      blocked_by: blockers,
      blocks: pairs.flatMap(([other, others]) => (others.includes(id) ? [other] : [])),
      ready: blockers.length === 0,
    }),
  )
}
