import type { RunInput } from '../contract/jobs.ts'
import { given } from '../domain/given.ts'
import { ownUmask } from '../host/own-umask.ts'

/** What a job inherits from the program that submits it, unless that says otherwise. */
export type Inherited = Required<Pick<RunInput, 'cwd' | 'env' | 'ticket'>> &
  Pick<RunInput, 'umask' | 'session' | 'parent'>

/** The ticket makes that a question asked twice, because the answer was lost, submits once. */
export function inheritedBy(environment: NodeJS.ProcessEnv, cwd: string): Inherited {
  const { CURFEW_SESSION: session, CURFEW_JOB: job } = environment
  return {
    cwd,
    env: given(environment) as Record<string, string>,
    ticket: crypto.randomUUID(),
    ...given({
      umask: ownUmask(),
      session: session === '' ? undefined : session,
      parent: /^[1-9]\d{0,14}$/.test(job ?? '') ? Number(job) : undefined,
    }),
  }
}
