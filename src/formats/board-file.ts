import { z } from 'zod'
import { given } from '../domain/given.ts'
import type { Edge, TaskStatus } from '../domain/task.ts'
import { TASK_STATUSES } from '../domain/task.ts'
import { metadataObject } from './metadata.ts'
import { parseTimestamp } from './timestamp.ts'

const ID = 'expected the id of a task'
const id = z
  .union(
    [
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      z.int(),
    ],
    ID,
  )
  .refine((value) => value >= 1, ID)

const TIME = 'expected a date, or seconds since 1970'
const time = z.union([z.number(), z.string()], TIME).transform((value, context) => {
  const ms = typeof value === 'number' ? Math.round(value * 1000) : parseTimestamp(value)
  if (ms !== undefined && Math.abs(ms) <= 8.64e15) return ms
  context.addIssue({ code: 'custom', message: TIME })
  return z.NEVER
})

const OBJECT = 'expected an object'
const metadata = metadataObject()
const text = z
  .string('expected text')
  .refine((value) => value.isWellFormed(), 'expected well-formed text')

const PRIORITY = 'expected a whole number from -1000000 to 1000000'
const IDS = 'expected a list of task ids'

const taskFile = z.looseObject(
  {
    subject: text.min(1, 'expected text that is not empty'),
    description: text.nullish(),
    active_form: text.nullish(),
    owner: text.nullish(),
    status: z.enum(TASK_STATUSES, `expected one of ${TASK_STATUSES.join(', ')}`).default('pending'),
    priority: z.int(PRIORITY).min(-1_000_000, PRIORITY).max(1_000_000, PRIORITY).default(0),
    blocks: z.array(id, IDS).nullish(),
    blocked_by: z.array(id, IDS).nullish(),
    metadata: metadata.nullish(),
    created_at: time.nullish(),
    updated_at: time.nullish(),
    archived_at: time.nullish(),
  },
  OBJECT,
)

const withId = z.looseObject({ id })

const LAST_ID = 'expected the id that was given last'
const boardFile = z.looseObject(
  {
    role: text.nullish(),
    session: text.nullish(),
    metadata: metadata.nullish(),
    last_id: z.int(LAST_ID).min(0, LAST_ID).nullish(),
  },
  OBJECT,
)

const exportFile = z.looseObject(
  {
    format: z.literal('curfew-board', 'expected "curfew-board"'),
    version: z.literal(1, 'expected 1: another curfew wrote it'),
    board: boardFile,
    tasks: z.array(z.unknown(), 'expected a list of tasks'),
  },
  OBJECT,
)

export interface TaskFile {
  readonly subject: string
  readonly description: string | null
  readonly activeForm: string | null
  readonly owner: string | null
  readonly status: TaskStatus
  readonly priority: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdMs: number
  readonly updatedMs: number
  readonly archivedMs: number | null
  readonly edges: readonly Edge[]
}

/** What is not said of a board is left out. */
export interface BoardFile {
  readonly role?: string
  readonly session?: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string }

/** What a task file says of the task with that id; `nowMs` stands for dates that it leaves out. */
export function readTaskFile(value: unknown, own: number, nowMs: number): Read<TaskFile> {
  const result = taskFile.safeParse(value)
  if (!result.success) return { ok: false, reason: reasonOf(result.error) }
  const task = result.data
  const createdMs = task.created_at ?? task.updated_at ?? nowMs
  return {
    ok: true,
    value: {
      subject: task.subject,
      description: task.description ?? null,
      activeForm: task.active_form ?? null,
      owner: task.owner === '' ? null : (task.owner ?? null),
      status: task.status,
      priority: task.priority,
      metadata: task.metadata ?? {},
      createdMs,
      updatedMs: task.updated_at ?? createdMs,
      archivedMs: task.archived_at ?? null,
      edges: [
        ...(task.blocks ?? []).map((blocked) => ({ blocker: own, blocked })),
        ...(task.blocked_by ?? []).map((blocker) => ({ blocker, blocked: own })),
      ],
    },
  }
}

/** What a board's own file says; what it has beyond that goes into the metadata. */
export function readMetaFile(value: unknown): Read<BoardFile> {
  const result = boardFile.safeParse(value)
  if (!result.success) return { ok: false, reason: reasonOf(result.error) }
  const { role, session, metadata: own, last_id: _lastId, ...rest } = result.data
  const all = Object.fromEntries([...Object.entries(rest), ...Object.entries(own ?? {})])
  return { ok: true, value: saidOf({ role, session, metadata: all }) }
}

/** What `board export` has written. */
export function readExportFile(
  value: unknown,
): Read<BoardFile & { readonly lastId: number; readonly tasks: readonly unknown[] }> {
  const result = exportFile.safeParse(value)
  if (!result.success) return { ok: false, reason: reasonOf(result.error) }
  const { board, tasks } = result.data
  return { ok: true, value: { ...saidOf(board), lastId: board.last_id ?? 0, tasks } }
}

function saidOf({
  role,
  session,
  metadata: all = {},
}: Partial<z.output<typeof boardFile>>): BoardFile {
  return given({
    role: role ?? undefined,
    session: session ?? undefined,
    metadata: all === null || Object.keys(all).length === 0 ? undefined : all,
  })
}

/** The id of one of the tasks in such a file. */
export function readExportedId(value: unknown): number | undefined {
  const result = withId.safeParse(value)
  return result.success ? result.data.id : undefined
}

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return 'it cannot be read'
  const field = issue.path.map(String).join('.')
  return `${field === '' ? 'all of it' : `"${field}"`}: ${issue.message}`
}
