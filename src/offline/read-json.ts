import { printableLine } from '../domain/printable.ts'
import { ProblemError } from '../domain/problem.ts'
import { MOST_NESTING, nestingOf } from '../formats/nesting.ts'
import { readInput } from '../host/named-file.ts'

/** What a file says as JSON; "-" is what is read from stdin. */
export async function readJsonFrom(path: string): Promise<unknown> {
  const name = path === '-' ? 'what was read from stdin' : `file ${printableLine(path)}`
  const bytes = await readInput(path === '-' ? process.stdin : path, name)
  const text = decode(bytes, name)
  if (nestingOf(text) > MOST_NESTING) {
    throw refused(`${name} is nested deeper than ${MOST_NESTING} levels`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refused(`${name} is no JSON: ${printableLine(error.message)}`, error)
  }
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw refused(`${name} is not UTF-8`, error)
    throw error
  }
}

function refused(message: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind: 'usage', message }, cause)
}
