import { z } from 'zod'
import { printableLine } from '../domain/printable.ts'
import { DURATION_FORM, parseDuration } from './quantity.ts'
import { parseTimestamp } from './timestamp.ts'

const MOST_ID = 999_999_999_999_999
const MOST_IDS = 1_000

/** A parameter arrives as text; only plain digits are a number. */
export function wholeNumber(error: string, least: number, most: number) {
  const plain = (value: unknown): unknown =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  return z.preprocess(plain, z.int(error).min(least, error).max(most, error))
}

export function jobId() {
  return wholeNumber('expected a job id', 1, MOST_ID)
}

/** A list, or in an address the ids with commas between them. */
export function jobIds(least = 1) {
  const split = (value: unknown): unknown =>
    typeof value === 'string' ? value.split(',').map((id) => id.trim()) : value
  const error = 'expected job ids such as 3,4'
  return z.preprocess(
    split,
    z
      .array(jobId(), error)
      .min(least, error)
      .max(MOST_IDS, `expected at most ${MOST_IDS} ids`)
      .transform((ids) => [...new Set(ids)]),
  )
}

/** Milliseconds of "5m", or of a number of seconds. */
export function duration() {
  const error = `expected ${DURATION_FORM}`
  return z.union([z.string(), z.number()], { error }).transform((value, context) => {
    const parsed = parseDuration(value)
    if (parsed !== undefined) return parsed
    const got = printableLine(JSON.stringify(value), 60)
    context.addIssue({ code: 'custom', message: `${error}, got ${got}`, input: value })
    return z.NEVER
  })
}

/** Milliseconds of a date that says its zone: the daemon's own need not be the asker's. */
export function date() {
  const error = 'expected a date with its zone, such as "2026-11-20T18:30:00+01:00"'
  return z.string(error).transform((value, context) => {
    const parsed = /(?:[Zz]|[T ].*[+-]\d\d(?::?\d\d)?)$/.test(value)
      ? parseTimestamp(value)
      : undefined
    if (parsed !== undefined) return parsed
    context.addIssue({ code: 'custom', message: error, input: value })
    return z.NEVER
  })
}

/** A word or two that are shown again: nothing that a terminal would act upon. */
export function label(most: number) {
  return z
    .string('expected text')
    .min(1, 'expected text that is not empty')
    .max(most, `expected at most ${most} characters`)
    .refine(isPlain, 'expected text without control characters')
}

/** The one name that an object cannot hold as it holds others would be lost on the way. */
export function groupName() {
  return label(64).refine((text) => text !== '__proto__', 'expected another name than "__proto__"')
}

/** A word that looks like an option is a slip of whoever left the name out, and would be one to an agent. */
export function sessionName() {
  return label(200).refine(
    (text) => !text.startsWith('-'),
    'expected a name that does not begin with "-"',
  )
}

/** Text that a process can be given: no byte 0 in it, and nothing that has no form in UTF-8. */
export function argument() {
  return z.string('expected text').refine(isPassable, {
    error: 'expected text without a 0 byte and without halves of characters',
  })
}

export function isPassable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function isPlain(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text)
}
