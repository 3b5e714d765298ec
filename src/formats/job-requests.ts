import { z } from 'zod'
import type { JobVerbName } from '../contract/jobs.ts'
import { JOB_STATUSES } from '../domain/job.ts'
import { readKillSignal } from '../domain/job-signals.ts'
import {
  argument,
  date,
  duration,
  isPassable,
  jobId,
  jobIds,
  label,
  groupName,
  sessionName,
  wholeNumber,
} from './request-fields.ts'

const MOST_COMMAND_BYTES = 2 * 1024 * 1024
const MOST_PATH_BYTES = 4096
const MOST_PRIORITY = 1_000
const MOST_RETRIES = 100
const MOST_SLOTS = 100_000
const MOST_LINES = 10_000
const LONGEST_WAIT_MS = 60_000

const flag = z.boolean('expected true or false')
const ticket = label(100)
const group = groupName()
const session = sessionName()

const command = z
  .array(argument(), 'expected a list: the program, then its arguments')
  .min(1, 'expected at least the program')
  .refine(([program]) => program !== '', 'expected the name of a program')
  .refine(isShortEnough, `expected at most ${MOST_COMMAND_BYTES} bytes of arguments`)

const cwd = argument()
  .refine((path) => path.startsWith('/'), 'expected an absolute path')
  .refine((path) => Buffer.byteLength(path) < MOST_PATH_BYTES, 'expected a shorter path')

const umask = z
  .string('expected text in octal, such as "022"')
  .regex(/^0?[0-7]{1,3}$/, 'expected up to three octal digits, such as "022"')
  .transform((digits) => Number.parseInt(digits, 8))

/** Values are never part of a message: they may be secrets. */
const env = z
  .record(z.string(), z.string('expected text'), 'expected names and their values')
  .superRefine((variables, context) => {
    for (const [name, value] of Object.entries(variables)) {
      const isName = name !== '' && !name.includes('=') && isPassable(name)
      if (isName && isPassable(value)) continue
      const message = isName
        ? 'expected a value without a 0 byte and without halves of characters'
        : 'expected a name that is not empty and has no "=" in it'
      context.addIssue({ code: 'custom', message, path: [name] })
    }
  })

const wishes = {
  name: label(200).optional(),
  group: group.optional(),
  after: jobIds(0).optional(),
  delay: duration().optional(),
  at: date().optional(),
  priority: wholeNumber(
    `expected -${MOST_PRIORITY} to ${MOST_PRIORITY}`,
    -MOST_PRIORITY,
    MOST_PRIORITY,
  ).optional(),
  timeout: duration().optional(),
  retry: wholeNumber(`expected 0 to ${MOST_RETRIES}`, 0, MOST_RETRIES).optional(),
  keep_awake: flag.optional(),
}

const NOT_BOTH = { error: 'expected either a delay or a time, not both', path: ['at'] }

const pausing = z
  .strictObject({ ids: jobIds().optional(), group: group.optional() })
  .refine(({ ids, group: name }) => (ids === undefined) !== (name === undefined), {
    error: 'expected either ids or a group',
    path: ['ids'],
  })

const signal = z.string('expected the name of a signal').transform((text, context) => {
  const read = readKillSignal(text)
  if (read.kind !== 'refused') return read
  context.addIssue({ code: 'custom', message: read.why, input: text })
  return z.NEVER
})

/** What each verb of jobs takes. Durations and dates come out as milliseconds. */
export const jobRequestSchemas = {
  run: z
    .strictObject({
      command: command.optional(),
      shell: argument().min(1, 'expected a line that is not empty').optional(),
      cwd,
      umask: umask.optional(),
      env: env.optional(),
      set_env: env.optional(),
      session: session.optional(),
      parent: jobId().optional(),
      ticket: ticket.optional(),
      ...wishes,
    })
    .refine((input) => (input.command === undefined) !== (input.shell === undefined), {
      error: 'expected either a command or a shell line',
      path: ['command'],
    })
    .refine(({ delay, at }) => delay === undefined || at === undefined, NOT_BOTH),
  jobs: z.strictObject({
    status: z.enum(JOB_STATUSES, `expected one of ${JOB_STATUSES.join(', ')}`).optional(),
    session: session.optional(),
    group: group.optional(),
    limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
    before: jobId().optional(),
  }),
  job: z.strictObject({ id: jobId() }),
  logs: z.strictObject({
    id: jobId(),
    attempt: wholeNumber('expected an attempt, from 1 on', 1, 1_000_000).optional(),
    lines: wholeNumber(`expected 1 to ${MOST_LINES}`, 1, MOST_LINES).default(100),
  }),
  wait: z.strictObject({
    ids: jobIds(),
    wait: duration()
      .refine((ms) => ms <= LONGEST_WAIT_MS, 'expected at most "60s": ask again after it')
      .default(0),
  }),
  kill: z.strictObject({ ids: jobIds(), signal: signal.optional() }),
  retry: z.strictObject({
    id: jobId(),
    in_place: flag.default(false),
    ticket: ticket.optional(),
  }),
  pause: pausing,
  resume: pausing,
  edit: z
    .strictObject({ id: jobId(), command: command.optional(), cwd: cwd.optional(), ...wishes })
    .refine(({ delay, at }) => delay === undefined || at === undefined, NOT_BOTH),
  remove: z.strictObject({ ids: jobIds() }),
  clean: z.strictObject({}),
  progress: z
    .strictObject({
      id: jobId(),
      done: wholeNumber('expected 0 or more', 0, Number.MAX_SAFE_INTEGER).optional(),
      total: wholeNumber('expected 0 or more', 0, Number.MAX_SAFE_INTEGER).optional(),
      text: label(200).optional(),
    })
    .refine(({ done, text }) => done !== undefined || text !== undefined, {
      error: 'expected how much is done, or a text',
      path: ['done'],
    }),
  groups: z.strictObject({}),
  group_set: z.strictObject({
    name: group,
    slots: wholeNumber(`expected 0 (any number) to ${MOST_SLOTS}`, 0, MOST_SLOTS),
  }),
  group_remove: z.strictObject({ name: group }),
} as const satisfies Record<JobVerbName, z.ZodObject>

export type JobRequestOf<Name extends JobVerbName> = z.output<(typeof jobRequestSchemas)[Name]>

function isShortEnough(words: readonly string[]): boolean {
  return words.reduce((bytes, word) => bytes + Buffer.byteLength(word) + 1, 0) <= MOST_COMMAND_BYTES
}
