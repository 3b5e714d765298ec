import { createReadStream } from 'node:fs'
import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { failedDoing, isMissing } from './system-error.ts'

/** More than any request may have; what comes without end stops here. */
const MOST_BYTES = 64 * 1024 * 1024

/** All of a stream, or of a file that the user names, whatever kind of file it is; `name` begins a sentence. */
export async function readInput(
  from: string | AsyncIterable<Buffer>,
  name: string,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  const source: AsyncIterable<Buffer> = typeof from === 'string' ? createReadStream(from) : from
  try {
    for await (const chunk of source) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MOST_BYTES) throw tooLong(name)
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error
    if (typeof from === 'string' && isMissing(error)) throw noFile(from)
    throw failedDoing(`reading ${typeof from === 'string' ? from : 'stdin'}`, error)
  }
  return Buffer.concat(chunks)
}

function tooLong(name: string): ProblemError {
  return new ProblemError({
    kind: 'usage',
    message: `${name} has more than ${MOST_BYTES / 1024 / 1024} MiB`,
  })
}

function noFile(path: string): ProblemError {
  const shown = printableLine(path, 200)
  return new ProblemError({ kind: 'not_found', message: `there is no file "${shown}"` })
}
