/** What can go wrong, by what the user has to do about it. The exit code of every command follows from it. */
export type ProblemKind = 'failed' | 'usage' | 'no_daemon' | 'not_found' | 'refused' | 'unusable'

export interface Problem {
  readonly kind: ProblemKind
  /** One line: what happened, to which file or value. */
  readonly message: string
  /** One line: what to do now. */
  readonly hint?: string | undefined
}

export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  no_daemon: 3,
  not_found: 4,
  refused: 5,
  unusable: 6,
} satisfies Record<ProblemKind, number>

/** A problem on its way up to the door that shows it. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, cause === undefined ? undefined : { cause })
    this.name = 'ProblemError'
    this.problem = problem
  }
}
