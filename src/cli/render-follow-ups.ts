import type { FollowUpView } from '../contract/follow-ups.ts'
import { printableBlock, printableLine } from '../domain/printable.ts'
import { paint } from './style.ts'

/** Each with what it says. */
export function renderFollowUps(followUps: readonly FollowUpView[]): string {
  return followUps.map(renderOne).join('\n')
}

function renderOne(followUp: FollowUpView): string {
  const { id, job, session, attempts, next_at: nextAt } = followUp
  const tried = attempts === 0 ? '' : `, tried ${attempts} times`
  const next =
    nextAt === null || attempts === 0 ? '' : `, next at ${nextAt.replace(/\.\d+Z$/, 'Z')}`
  const head = `follow-up ${id}, job ${job}, session ${printableLine(session)}: ${followUp.state}${tried}${next}`
  return `${paint('bold', head)}\n${printableBlock(followUp.text)}`
}
