import type { ErrorView, FieldIssue } from '../contract/shapes.ts'
import type { Problem, ProblemKind } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'

/** A request that is answered with an error status and one line that says why. */
export class HttpError extends Error {
  readonly status: number
  readonly view: ErrorView

  constructor(status: number, kind: ProblemKind, message: string, more: ErrorDetails = {}) {
    super(message)
    this.name = 'HttpError'
    this.status = status
    this.view = { error: { kind, message, ...more } }
  }
}

export interface ErrorDetails {
  readonly hint?: string
  readonly issues?: readonly FieldIssue[]
}

const STATUS_OF = {
  failed: 500,
  usage: 400,
  no_daemon: 503,
  not_found: 404,
  refused: 409,
  unusable: 500,
} as const satisfies Record<ProblemKind, number>

/** Any error as an answer; undefined for a bug, which is not shown. */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error
  if (error instanceof ProblemError) return fromProblem(error.problem)
  return undefined
}

function fromProblem({ kind, message, hint }: Problem): HttpError {
  return new HttpError(STATUS_OF[kind], kind, message, hint === undefined ? {} : { hint })
}
