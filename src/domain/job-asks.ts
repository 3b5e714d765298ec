import { isActive, type Job, type JobStatus } from './job.ts'
import type { Problem } from './problem.ts'

/** What may be asked of a job by hand. */
export type JobAsk = 'kill' | 'pause' | 'resume' | 'edit' | 'retry' | 'remove'

export type AskAnswer =
  | { readonly may: 'yes' }
  /** It is so already: nothing is to be done, and nothing was wrong with asking. */
  | { readonly may: 'already' }
  | { readonly may: 'no'; readonly problem: Problem }

type Row = Record<'queued' | 'paused' | 'running' | 'ended', 'yes' | 'already' | 'no'>

const ASKS = {
  kill: { queued: 'yes', paused: 'yes', running: 'yes', ended: 'no' },
  pause: { queued: 'yes', paused: 'already', running: 'yes', ended: 'no' },
  resume: { queued: 'already', paused: 'yes', running: 'already', ended: 'no' },
  edit: { queued: 'yes', paused: 'yes', running: 'no', ended: 'no' },
  retry: { queued: 'no', paused: 'no', running: 'no', ended: 'yes' },
  remove: { queued: 'no', paused: 'no', running: 'no', ended: 'yes' },
} as const satisfies Record<JobAsk, Row>

/** Whether that can be done with a job as it is. */
export function answerAsk(ask: JobAsk, job: Job): AskAnswer {
  if (ask === 'kill' && job.status === 'killed') return { may: 'already' }
  const may = ask === 'edit' && isActive(job) ? 'no' : ASKS[ask][columnOf(job.status)]
  return may === 'no' ? { may, problem: refusal(ask, job) } : { may }
}

function columnOf(status: JobStatus): keyof Row {
  return status === 'queued' || status === 'paused' || status === 'running' ? status : 'ended'
}

function refusal(ask: JobAsk, job: Job): Problem {
  const { id } = job
  const has = columnOf(job.status) === 'ended' ? `has ended (${job.status})` : `is ${job.status}`
  const message = `job ${id} ${has}: ${WHY_NOT[ask]}`
  return { kind: 'refused', message, hint: hintFor(ask, job) }
}

const WHY_NOT = {
  kill: 'there is nothing left to kill',
  pause: 'there is nothing to pause',
  resume: 'there is nothing to resume',
  edit: 'only what has not been started can be edited',
  retry: 'only what has ended can be tried again',
  remove: 'only what has ended can be removed',
} satisfies Record<JobAsk, string>

function hintFor(ask: JobAsk, { id, status }: Job): string | undefined {
  if (columnOf(status) === 'ended') return ask === 'remove' ? undefined : `\`curfew retry ${id}\``
  if (ask === 'edit') return `\`curfew kill ${id}\`, then submit it anew`
  return `\`curfew kill ${id}\` or \`curfew wait ${id}\` first`
}
