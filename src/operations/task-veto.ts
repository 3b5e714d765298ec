import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import type { Deps } from './deps.ts'

interface Veto {
  readonly list: string
  readonly what: string
  readonly why: string
}

/** A hook said no: told to whoever asked, and to the house. */
export function vetoed({ events }: Pick<Deps, 'events'>, veto: Veto): ProblemError {
  events.emit({ type: 'task_vetoed', ...veto })
  return new ProblemError({
    kind: 'refused',
    message: `${veto.what} was vetoed: ${printableLine(veto.why, 1_000)}`,
    hint: 'nothing was changed; `board.hooks` in the config names the command that says so',
  })
}
