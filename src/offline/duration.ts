import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { DURATION_FORM, parseDuration } from '../formats/quantity.ts'

/** Milliseconds of "5m", for what the daemon has no part in. */
export function requireDuration(text: string): number {
  const parsed = parseDuration(text)
  if (parsed !== undefined) return parsed
  throw new ProblemError({
    kind: 'usage',
    message: `"${printableLine(text, 60)}" is no duration: expected ${DURATION_FORM}`,
  })
}
