import { z } from 'zod'
import type { VerbName } from '../contract/verbs.ts'
import type { FieldIssue } from '../contract/shapes.ts'
import { printableLine } from '../domain/printable.ts'
import { didYouMean } from '../domain/nearest.ts'

const eventId = z.coerce
  .number('expected an event id')
  .int('expected an event id')
  .min(0, 'expected an event id')

/** What each verb takes: query parameters of a GET, the JSON body of a POST. */
export const requestSchemas = {
  hello: z.strictObject({}),
  status: z.strictObject({}),
  events: z.strictObject({
    limit: z.coerce
      .number('expected 1 to 1000')
      .int('expected 1 to 1000')
      .min(1, 'expected 1 to 1000')
      .max(1000, 'expected 1 to 1000')
      .default(100),
    before: eventId.optional(),
    after: eventId.optional(),
  }),
  reload: z.strictObject({}),
  stop: z.strictObject({ why: z.string().min(1).max(200).optional() }),
  openapi: z.strictObject({}),
} as const satisfies Record<VerbName, z.ZodObject>

export type RequestOf<Name extends VerbName> = z.output<(typeof requestSchemas)[Name]>

const schemas: { readonly [Name in VerbName]: z.ZodType<RequestOf<Name>> } = requestSchemas

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
  const known = Object.keys(requestSchemas[name].shape)
  return { ok: false, issues: result.error.issues.flatMap((issue) => sayIssue(issue, known)) }
}

function sayIssue(issue: z.core.$ZodIssue, known: readonly string[]): FieldIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: printableLine(key, 64),
      reason: `unknown field${didYouMean(key, known)}`,
    }))
  }
  const field = issue.path.map((part) => printableLine(String(part), 64)).join('.')
  return [{ field: field === '' ? '(all)' : field, reason: issue.message }]
}
