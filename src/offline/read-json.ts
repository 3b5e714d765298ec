import { text } from 'node:stream/consumers'
import { printableLine } from '../domain/printable.ts'
import { ProblemError } from '../domain/problem.ts'
import { readNamedFile } from '../host/named-file.ts'

/** What a file says as JSON; "-" is what is read from stdin. */
export async function readJsonFrom(path: string): Promise<unknown> {
  const said = path === '-' ? await text(process.stdin) : await readNamedFile(path)
  try {
    return JSON.parse(said)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const name = path === '-' ? 'what was read from stdin' : `file ${printableLine(path)}`
    const message = `${name} is no JSON: ${printableLine(error.message)}`
    throw new ProblemError({ kind: 'usage', message }, error)
  }
}
