import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import type { Marker } from '../formats/marker.ts'

/** Says who looks after this home already. */
export function heldProblem(home: string, holder: Marker | null): ProblemError {
  const who =
    holder === null
      ? 'another curfew that has not yet said who it is'
      : `process ${holder.pid} on ${printableLine(holder.hostname)}, since ${holder.started_at}`
  return new ProblemError({
    kind: 'refused',
    message: `home ${printableLine(home)} is already looked after by ${who}`,
    hint: '`curfew status` shows it, `curfew stop` ends it',
  })
}
