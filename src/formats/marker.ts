import { z } from 'zod'
import { isoTime } from '../domain/iso-time.ts'
import { parseJson } from '../domain/parse-json.ts'
import { printableLine } from '../domain/printable.ts'
import { parseTimestamp } from './timestamp.ts'

const MOST_PID = 2 ** 31 - 1

const timestamp = z.string().transform((text, context) => {
  const ms = parseTimestamp(text)
  if (ms !== undefined) return isoTime(ms)
  context.addIssue({ code: 'custom', message: 'expected an ISO-8601 date', input: text })
  return z.NEVER
})

const named = z
  .string('expected text')
  .min(1, 'expected text')
  .max(256, 'expected at most 256 characters')

/** `.locked`: who holds the home. The last three are missing in markers of older programs. */
export const markerSchema = z.object({
  pid: z
    .int('expected a whole number')
    .min(1, 'expected a process number above 0')
    .max(MOST_PID, `expected a process number up to ${MOST_PID}`),
  hostname: named,
  started_at: timestamp,
  schema_version: z.int('expected a whole number').min(1, 'expected 1 or more'),
  process_start: named.optional(),
  boot_id: named.optional(),
  version: named.optional(),
})

export type Marker = Readonly<z.infer<typeof markerSchema>>

export type ParsedMarker =
  | { readonly ok: true; readonly marker: Marker }
  | { readonly ok: false; readonly reason: string }

/** Reads a marker; `reason` continues "the marker …". */
export function parseMarker(text: string): ParsedMarker {
  const value = parseJson(text)
  if (value === undefined)
    return { ok: false, reason: text.trim() === '' ? 'is empty' : 'is not JSON' }
  const result = markerSchema.safeParse(value)
  if (result.success) return { ok: true, marker: result.data }
  return { ok: false, reason: sayIssue(result.error.issues[0]) }
}

function sayIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined || issue.path.length === 0) return 'is not a JSON object'
  return printableLine(`has a wrong ${issue.path.join('.')}: ${issue.message}`)
}
