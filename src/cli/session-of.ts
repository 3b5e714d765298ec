import type { Shell } from './shell.ts'

/** The session that is meant: the one that is named, else the one we run in. */
export function sessionOf(
  { environment }: Shell,
  { session }: { readonly session?: string },
): string | undefined {
  const own = environment.CURFEW_SESSION
  return session ?? (own === '' ? undefined : own)
}
