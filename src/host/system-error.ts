import { ProblemError } from '../domain/problem.ts'

/** The `code` of a system error (`ENOENT`), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** What the system said, in a few words: the code where there is one, else the first line of the message. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error)
  // Codes of Node itself (`ERR_SQLITE_ERROR`) say less than the message.
  if (code !== undefined && !code.startsWith('ERR_')) return code
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}

/** Turns a system error into one line: `creating lock marker /x/.locked: EACCES`. */
export function failedDoing(doing: string, error: unknown, hint?: string): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError({ kind: 'failed', message: `${doing}: ${reasonOf(error)}`, hint }, error)
}
