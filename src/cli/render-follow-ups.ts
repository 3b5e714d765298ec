import type { FollowUpView } from '../contract/follow-ups.ts'
import { printableBlock, printableLine } from '../domain/printable.ts'
import { paint } from './style.ts'

/** Each with what it says. */
export function renderFollowUps(followUps: readonly FollowUpView[]): string {
  return followUps.map(renderOne).join('\n')
}

function renderOne(followUp: FollowUpView): string {
  const { id, job, session, attempts, next_at: nextAt, problem } = followUp
  const tried = attempts === 0 ? '' : attempts === 1 ? ', tried once' : `, tried ${attempts} times`
  const why = problem === null ? '' : ` (${printableLine(problem)})`
  const next =
    nextAt === null || attempts === 0 ? '' : `, next at ${nextAt.replace(/\.\d+Z$/, 'Z')}`
  const head = `follow-up ${id}, job ${job}, session ${printableLine(session)}: ${followUp.state}${tried}${why}${next}`
  return `${paint('bold', head)}\n${printableBlock(followUp.text)}`
}
