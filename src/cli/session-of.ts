import { ProblemError } from '../domain/problem.ts'
import type { Shell } from './shell.ts'

/** The session that is meant: the one that is named, else the one we run in. */
export function sessionOf(
  { environment }: Shell,
  { session }: { readonly session?: string },
): string | undefined {
  const own = environment.CURFEW_SESSION
  if (session === '') throw new ProblemError(EMPTY)
  return session ?? (own === '' ? undefined : own)
}

const EMPTY = {
  kind: 'usage',
  message: 'session: expected text that is not empty, got ""',
  hint: 'is the variable set that should hold it?',
} as const
