import { z } from 'zod'
import type {
  AddedTasksView,
  BoardExportView,
  BoardImportView,
  BoardResetView,
  BoardShownView,
  BoardView,
  ChangedTaskView,
  ClaimView,
  DroppedTaskView,
  ExportedTask,
  TaskView,
} from '../contract/boards.ts'
import { TASK_STATUSES } from '../domain/task.ts'

const time = z.iso.datetime({ precision: 3 }).describe('ISO-8601 UTC with milliseconds')
const id = z.int().min(1)
const count = z.int().min(0)
const metadata = z.record(z.string(), z.unknown())

const content = {
  id,
  subject: z.string(),
  description: z.string().nullable(),
  active_form: z.string().nullable(),
  owner: z.string().nullable(),
  status: z.enum(TASK_STATUSES),
  priority: z.int(),
  blocks: z.array(id),
  blocked_by: z.array(id),
  metadata,
  lease_expires_at: time.nullable(),
  created_at: time,
  updated_at: time,
  archived_at: time.nullable(),
}

const task = z.object({
  list: z.string(),
  ...content,
  wrapper: z.string().nullable(),
  ready: z.boolean(),
  untouched: z.boolean(),
  version: z.int().min(1),
}) satisfies z.ZodType<TaskView>

const exported = z.object(content) satisfies z.ZodType<ExportedTask>

const board = z.object({
  list: z.string(),
  role: z.string().nullable(),
  session: z.string().nullable(),
  metadata,
  counts: z.object({
    pending: count,
    in_progress: count,
    completed: count,
    cancelled: count,
  }),
  seen: z.array(z.object({ who: z.string(), at: time })),
  last_id: count,
  created_at: time,
  updated_at: time,
  archived_at: time.nullable(),
}) satisfies z.ZodType<BoardView>

const claim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok'), task }),
  z.object({ kind: z.literal('not_found') }),
  z.object({ kind: z.literal('already_completed'), task }),
  z.object({ kind: z.literal('already_owned'), by: z.string(), task }),
  z.object({ kind: z.literal('blocked'), by: z.array(id), task: task.exactOptional() }),
  z.object({ kind: z.literal('busy'), by: z.array(z.object({ list: z.string(), id })) }),
]) satisfies z.ZodType<ClaimView>

const changed = z.object({
  task,
  changed: z.array(z.string()),
}) satisfies z.ZodType<ChangedTaskView>

const dropped = z.object({ id, touched: z.array(id) }) satisfies z.ZodType<DroppedTaskView>

/** Every shape about boards and tasks that is printed with `--json` or crosses the socket. */
export const BOARD_SHAPES = {
  board,
  boards: z.array(board),
  'board-shown': board.extend({ tasks: z.array(task) }) satisfies z.ZodType<BoardShownView>,
  'board-reset': z.object({
    list: z.string(),
    removed: count,
  }) satisfies z.ZodType<BoardResetView>,
  'board-export': z.object({
    format: z.literal('curfew-board'),
    version: z.literal(1),
    board: board.pick({ role: true, session: true, metadata: true, last_id: true }),
    tasks: z.array(exported),
  }) satisfies z.ZodType<BoardExportView>,
  'board-import': z.object({
    board,
    imported: count,
    problems: z.array(z.object({ what: z.string(), reason: z.string() })),
  }) satisfies z.ZodType<BoardImportView>,
  task,
  tasks: z.array(task),
  'tasks-added': z.object({ tasks: z.array(task) }) satisfies z.ZodType<AddedTasksView>,
  'tasks-changed': z.array(changed),
  'tasks-dropped': z.array(dropped),
  claim,
} as const satisfies Record<string, z.ZodType>
