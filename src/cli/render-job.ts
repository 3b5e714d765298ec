import type { AttemptView, JobDetailView, JobView } from '../contract/jobs.ts'
import { durationText } from '../domain/duration-text.ts'
import type { JobStatus } from '../domain/job.ts'
import { printableLine } from '../domain/printable.ts'
import { commandLine, progressText, statusText, took } from './render-jobs.ts'
import { paint } from './style.ts'

type Row = readonly [name: string, text: string]

const MOST = 2_000
const MIB = 1024 * 1024

/** One job with all there is to tell. */
export function renderJob(job: JobDetailView, nowMs: number): string {
  const rows: readonly (Row | undefined)[] = [
    row('name', job.name),
    ['command', printableLine(commandLine(job.command), MOST)],
    row('folder', job.cwd),
    row('session', job.session),
    ['group', queueText(job)],
    row('after', job.after.length === 0 ? null : job.after.join(', ')),
    row('due', job.due_at),
    ['created', job.created_at],
    row('started', job.started_at),
    row('ended', job.ended_at === null ? null : `${job.ended_at}, after ${tookText(job, nowMs)}`),
    row('running', job.ended_at === null && job.started_at !== null ? tookText(job, nowMs) : null),
    row('process', job.pid),
    row('progress', job.progress === null ? null : progressText(job.progress)),
    row('limit', job.timeout_seconds === null ? null : durationText(job.timeout_seconds * 1000)),
    row('cost', costText(job)),
    row('reach', job.reach),
    row('attempt', job.attempt > 1 || job.retries > 0 ? attemptText(job) : null),
    ...job.attempts.map((each): Row => [`- ${each.attempt}`, pastText(each)]),
    row('retry of', job.retry_of),
    row('inside', job.parent === null ? null : `job ${job.parent}`),
    row('awake', job.keep_awake ? 'keeps the machine awake' : null),
    row('told', job.acknowledged_at),
    ['files', printableLine(job.folder, MOST)],
  ]
  const reason = job.reason === null ? '' : `: ${printableLine(job.reason, MOST)}`
  const head = `${paint('bold', `job ${job.id}`)} ${statusText(job)}${reason}`
  const body = rows
    .filter((each) => each !== undefined)
    .map(([name, text]) => `  ${paint('dim', name.padEnd(9))} ${text}`)
  return `${[head, ...body].join('\n')}\n`
}

const SAID = {
  queued: 'is queued',
  paused: 'is paused',
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  signalled: 'was ended by a signal',
  timed_out: 'timed out',
  killed: 'was killed',
  oom: 'ran out of memory',
  lost: 'is lost',
  unstartable: 'could not be started',
} as const satisfies Record<JobStatus, string>

/** How a job stands or ended, in one line of words. */
export function jobLine({ id, status, reason }: JobView): string {
  const why = reason === null ? '' : `: ${printableLine(reason, MOST)}`
  return `job ${id} ${SAID[status]}${why}`
}

function row(name: string, value: string | number | null): Row | undefined {
  return value === null ? undefined : [name, printableLine(String(value), MOST)]
}

function queueText({ group, priority }: JobView): string {
  return priority === 0
    ? printableLine(group, 64)
    : `${printableLine(group, 64)}, priority ${priority}`
}

function tookText(job: JobView, nowMs: number): string {
  return durationText(took(job, nowMs))
}

function attemptText({ attempt, retries }: JobView): string {
  return retries === 0 ? String(attempt) : `${attempt}, with ${retries} retries allowed`
}

function pastText({ status, ended_at, reason }: AttemptView): string {
  return `${status} at ${ended_at}: ${printableLine(reason, MOST)}`
}

function costText({ cpu_seconds, peak_memory_bytes, measured_by }: JobView): string | null {
  const parts = [
    cpu_seconds === null ? '' : `${cpu_seconds.toFixed(2)} s of CPU`,
    peak_memory_bytes === null ? '' : `${(peak_memory_bytes / MIB).toFixed(1)} MiB at most`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? null : `${parts.join(', ')} (${measured_by ?? 'unknown'})`
}
