import { z } from 'zod'
import type { BoardVerbName } from '../contract/boards.ts'
import { type TaskRef, TASK_STATUSES } from '../domain/task.ts'
import { metadataObject } from './metadata.ts'
import { argument, label, wholeNumber } from './request-fields.ts'

const MOST_NAME = 65_536
const MOST_LINE = 4_000
const MOST_TEXT = 200_000
const MOST_METADATA = 64 * 1024
const MOST_PRIORITY = 1_000_000
const MOST_TASKS = 10_000
const MOST_IDS = 1_000
const MOST_ID = 999_999_999_999

const flag = z.boolean('expected true or false')
const ticket = label(100)
const session = label(200)
const agent = label(200)
const wrapper = label(100)
const list = argument()
  .min(1, 'expected the name of a board')
  .max(MOST_NAME, `expected at most ${MOST_NAME} characters`)
const subject = argument()
  .min(1, 'expected text that is not empty')
  .max(MOST_LINE, `expected at most ${MOST_LINE} characters`)
const line = argument().max(MOST_LINE, `expected at most ${MOST_LINE} characters`).nullable()
const text = argument().max(MOST_TEXT, `expected at most ${MOST_TEXT} characters`).nullable()
const priority = wholeNumber(
  `expected a whole number from -${MOST_PRIORITY} to ${MOST_PRIORITY}`,
  -MOST_PRIORITY,
  MOST_PRIORITY,
)
const status = z.enum(TASK_STATUSES, `expected one of ${TASK_STATUSES.join(', ')}`)
const id = wholeNumber('expected the id of a task', 1, MOST_ID)

const metadata = metadataObject().refine(isSmall, `expected at most ${MOST_METADATA} bytes of JSON`)

const ids = z
  .array(id, 'expected a list of task ids')
  .min(1, 'expected at least one task id')
  .max(MOST_IDS, `expected at most ${MOST_IDS} ids`)
  .transform((all) => [...new Set(all)])

const someIds = z
  .array(id, 'expected a list of task ids')
  .max(MOST_IDS, `expected at most ${MOST_IDS} ids`)

const REFERENCE = 'expected the id of a task, or "#N" for the Nth of these'
const references = z
  .array(
    z.union([id, z.string()], REFERENCE).transform((value, context): TaskRef => {
      if (typeof value === 'number') return { kind: 'id', id: value }
      const place = /^#([1-9]\d{0,5})$/.exec(value)?.[1]
      if (place !== undefined) return { kind: 'item', at: Number(place) - 1 }
      context.addIssue({ code: 'custom', message: REFERENCE, input: value })
      return z.NEVER
    }),
    REFERENCE,
  )
  .max(MOST_IDS, `expected at most ${MOST_IDS} ids`)

const newTask = z.strictObject(
  {
    subject,
    description: text.optional(),
    active_form: line.optional(),
    priority: priority.optional(),
    owner: agent.nullable().optional(),
    metadata: metadata.optional(),
    blocks: references.optional(),
    blocked_by: references.optional(),
  },
  'expected a task: an object with a subject',
)

const newTasks = z
  .array(newTask, 'expected a list of tasks')
  .min(1, 'expected at least one task')
  .max(MOST_TASKS, `expected at most ${MOST_TASKS} tasks at once`)
  .superRefine((tasks, context) => {
    for (const [at, { blocks = [], blocked_by: blockedBy = [] }] of tasks.entries()) {
      const beyond = [...blocks, ...blockedBy].find(
        (ref) => ref.kind === 'item' && ref.at >= tasks.length,
      )
      if (beyond?.kind !== 'item') continue
      const message = `there is no #${beyond.at + 1} among these ${tasks.length}`
      context.addIssue({ code: 'custom', message, path: [at] })
    }
  })

const act = { list, ids, as: agent, wrapper: wrapper.optional(), force: flag.default(false) }
const acting = z.strictObject(act)
const board = z.strictObject({ list })
const boardAct = z.strictObject({ list, as: agent.optional() })

/** What each verb of boards and tasks takes. */
export const boardRequestSchemas = {
  boards: z.strictObject({
    session: session.optional(),
    archived: z.preprocess(
      (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
      flag.default(false),
    ),
    limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
    after: list.optional(),
  }),
  board,
  board_show: z.strictObject({
    list,
    statuses: z
      .array(status)
      .max(TASK_STATUSES.length, 'expected each status once')
      .transform((all) => [...new Set(all)])
      .default([...TASK_STATUSES]),
  }),
  board_create: z.strictObject({
    list,
    role: label(200).nullable().optional(),
    session: session.nullable().optional(),
    metadata: metadata.optional(),
    as: agent.optional(),
  }),
  board_archive: boardAct,
  board_reset: boardAct,
  board_import: z.strictObject({
    list,
    from: argument().refine((path) => path.startsWith('/'), 'expected an absolute path'),
    as: agent.optional(),
  }),
  board_export: board,
  task_add: z.strictObject({
    list,
    tasks: newTasks,
    as: agent.optional(),
    wrapper: wrapper.optional(),
    session: session.optional(),
    ticket: ticket.optional(),
  }),
  tasks: z
    .strictObject({
      list,
      status: status.optional(),
      owner: agent.optional(),
      ready: flag.default(false),
      internal: flag.default(false),
      archived: flag.default(false),
      limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
      before: id.optional(),
    })
    .refine(({ ready, status: wanted }) => !ready || wanted === undefined || wanted === 'pending', {
      error: 'only what is pending can be ready',
      path: ['status'],
    }),
  task: z.strictObject({ list, ids }),
  task_claim: z.strictObject({
    list,
    id: id.optional(),
    as: agent,
    wrapper: wrapper.optional(),
    ticket: ticket.optional(),
  }),
  task_edit: z.strictObject({
    ...act,
    version: wholeNumber('expected a version, 1 or more', 1, MOST_ID).optional(),
    subject: subject.optional(),
    description: text.optional(),
    active_form: line.optional(),
    priority: priority.optional(),
    status: status.optional(),
    owner: agent.nullable().optional(),
    metadata: metadata.optional(),
    blocks: someIds.optional(),
    blocked_by: someIds.optional(),
    unblock: someIds.optional(),
  }),
  task_renew: acting,
  task_release: acting,
  task_done: acting,
  task_cancel: acting,
  task_drop: acting,
  task_archive: acting,
  task_restore: acting,
} as const satisfies Record<BoardVerbName, z.ZodObject>

export type BoardRequestOf<Name extends BoardVerbName> = z.output<
  (typeof boardRequestSchemas)[Name]
>

function isSmall(value: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(value).length <= MOST_METADATA
}
