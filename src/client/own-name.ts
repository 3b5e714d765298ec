import { ProblemError } from '../domain/problem.ts'

/** Who a program is on a board. */
export interface OwnName {
  readonly as: string
  /** The wrapper it lives under: what it claims is freed when that is gone. */
  readonly wrapper?: string
}

/** Who we are unless we say otherwise: the agent, else the session; undefined where neither is set. */
export function ownName(environment: NodeJS.ProcessEnv, as?: string): OwnName | undefined {
  const { CURFEW_AGENT: agent = '', CURFEW_SESSION: session = '' } = environment
  const name = [as, agent, session].find((each) => each !== undefined && each !== '')
  const { CURFEW_WRAPPER: wrapper = '' } = environment
  if (name === undefined) return undefined
  return wrapper === '' ? { as: name } : { as: name, wrapper }
}

/** The same for work that has to be somebody's. */
export function requireName(environment: NodeJS.ProcessEnv, as?: string): OwnName {
  const who = ownName(environment, as)
  if (who === undefined) throw new ProblemError(NOBODY)
  return who
}

const NOBODY = {
  kind: 'usage',
  message: 'it is not said who you are',
  hint: 'say it with --as NAME (in a program: `as`), or set CURFEW_AGENT',
} as const
