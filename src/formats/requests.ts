import { z } from 'zod'
import type { VerbName } from '../contract/verbs.ts'
import type { FieldIssue } from '../contract/shapes.ts'
import { printableLine } from '../domain/printable.ts'
import { didYouMean } from '../domain/nearest.ts'
import { boardRequestSchemas } from './board-requests.ts'
import { followUpRequestSchemas } from './follow-up-requests.ts'
import { jobRequestSchemas } from './job-requests.ts'
import { reportRequestSchemas } from './report-requests.ts'
import { wholeNumber } from './request-fields.ts'

const eventId = wholeNumber('expected an event id', 0, 999_999_999_999_999)
const reason = z
  .string('expected text')
  .min(1, 'expected text that is not empty')
  .max(200, 'expected at most 200 characters')

const choreName = z.string('expected a name').min(1, 'expected a name').max(64, 'expected a name')

/** What each verb takes: query parameters of a GET, the JSON body of a POST. */
export const requestSchemas = {
  hello: z.strictObject({}),
  status: z.strictObject({}),
  events: z.strictObject({
    limit: wholeNumber('expected 1 to 1000', 1, 1000).default(100),
    before: eventId.optional(),
    after: eventId.optional(),
  }),
  wrappers: z.strictObject({}),
  wake: z.strictObject({ by: reason.optional() }),
  bedtime: z.strictObject({ force: z.boolean('expected true or false').default(false) }),
  hold: z.strictObject({ why: reason }),
  chores: z.strictObject({}),
  run_chore: z.strictObject({ name: choreName }),
  reset_chore: z.strictObject({ name: choreName }),
  ...jobRequestSchemas,
  ...followUpRequestSchemas,
  ...boardRequestSchemas,
  ...reportRequestSchemas,
  reload: z.strictObject({}),
  stop: z.strictObject({ why: reason.optional() }),
  openapi: z.strictObject({}),
} as const satisfies Record<VerbName, z.ZodObject>

export type RequestOf<Name extends VerbName> = z.output<(typeof requestSchemas)[Name]>

const schemas: { readonly [Name in VerbName]: z.ZodType<RequestOf<Name>> } = requestSchemas

/** A body of nothing but unknown names is not worth an answer of its own length. */
const MOST_UNKNOWN = 20

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issues: FieldIssue[] }

/** A request's input as the verb takes it, or every field that is wrong with the reason. */
export function parseRequest<Name extends VerbName>(
  name: Name,
  input: unknown,
): Parsed<RequestOf<Name>> {
  const result = schemas[name].safeParse(input)
  if (result.success) return { ok: true, value: result.data }
  const schema = requestSchemas[name]
  return { ok: false, issues: result.error.issues.flatMap((issue) => sayIssue(issue, schema)) }
}

function sayIssue(issue: z.core.$ZodIssue, schema: z.ZodType): FieldIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path)
    return issue.keys.slice(0, MOST_UNKNOWN).map((key) => ({
      field: fieldOf([...issue.path, key === '' ? '(empty)' : key]),
      reason: `unknown field${didYouMean(key, known)}`,
    }))
  }
  const field = fieldOf(issue.path)
  return [{ field: field === '' ? '(all)' : field, reason: issue.message }]
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map((part) => printableLine(String(part), 64)).join('.')
}

/** The names of what may stand there. */
function fieldsAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, rest)
  if (!(schema instanceof z.ZodObject)) return []
  return first === undefined
    ? Object.keys(schema.shape)
    : fieldsAt(schema.shape[String(first)], rest)
}
