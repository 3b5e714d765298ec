import type { ClaimView } from '../../contract/boards.ts'
import { printableLine } from '../../domain/printable.ts'
import { untilText } from './task-words.ts'

/** How a claim went, in one line of words. */
export function sayClaim(outcome: ClaimView, isNext: boolean): string {
  switch (outcome.kind) {
    case 'ok': {
      const { id, subject } = outcome.task
      return `task ${id} is yours${untilText(outcome.task)}: ${printableLine(subject)}`
    }
    case 'not_found':
      return isNext ? 'nothing is left to be claimed' : 'there is no such task'
    case 'already_completed':
      return 'it is over already'
    case 'already_owned':
      return outcome.task.status === 'pending'
        ? `it is meant for "${printableLine(outcome.by, 80)}"`
        : `"${printableLine(outcome.by, 80)}" has it`
    case 'blocked':
      return `${isNext ? 'all that is left waits' : 'it waits'} for ${outcome.by.join(', ')}`
    case 'busy':
      return `you hold as many as you may: ${outcome.by.map(({ list, id }) => `${id} of "${printableLine(list, 80)}"`).join(', ')}`
  }
}
