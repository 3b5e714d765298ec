import type { GroupView, JobView, ProgressView } from '../contract/jobs.ts'
import { durationText } from '../domain/duration-text.ts'
import type { JobStatus } from '../domain/job.ts'
import { printableLine } from '../domain/printable.ts'
import { fit, padded, widthOf } from './fit.ts'
import { paint } from './style.ts'

const COLOURS = {
  queued: 'reset',
  paused: 'yellow',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  signalled: 'red',
  timed_out: 'red',
  killed: 'yellow',
  oom: 'red',
  lost: 'red',
  unstartable: 'red',
} as const satisfies Record<JobStatus, string>

const HEAD = ['ID', 'STATUS', 'SINCE', 'TOOK', 'WHAT']
const GAP = '  '
const MOST_WHAT = 400
const LEAST_WHAT = 10

/** Jobs as a table that fits so many columns. */
export function renderJobs(jobs: readonly JobView[], nowMs: number, columns: number): string {
  const rows = [HEAD, ...jobs.map((job) => cellsOf(job, nowMs))]
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0)
  const room = Math.max(LEAST_WHAT, columns - before)
  const lines = rows.map(([id = '', status = '', since = '', took = '', what = ''], at) => {
    const [idWidth = 0, statusWidth = 0, sinceWidth = 0, tookWidth = 0] = widths
    const state = padded(status, statusWidth)
    const job = jobs[at - 1]
    const cells = [
      id.padStart(idWidth),
      job === undefined ? state : paint(COLOURS[job.status], state),
      since.padStart(sinceWidth),
      took.padStart(tookWidth),
      fit(what, room),
    ]
    return job === undefined ? paint('dim', cells.join(GAP)) : cells.join(GAP)
  })
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function cellsOf(job: JobView, nowMs: number): string[] {
  const { id, created_at, started_at, ended_at, progress } = job
  const since = nowMs - Date.parse(ended_at ?? started_at ?? created_at)
  const far = progress === null ? '' : `[${progressText(progress)}] `
  return [
    String(id),
    statusText(job),
    `${roughly(since)} ago`,
    started_at === null ? '-' : durationText(took(job, nowMs)),
    `${far}${titleOf(job)}`,
  ]
}

/** In the largest unit alone. */
function roughly(ms: number): string {
  return durationText(ms).split(' ', 2).join(' ')
}

/** The status with what the end gave. */
export function statusText({ status, exit_code, signal }: JobView): string {
  if (status === 'failed') return `failed (${exit_code})`
  if (status === 'signalled') return `signalled (${printableLine(signal ?? '?', 20)})`
  return status
}

export function titleOf({ name, command }: Pick<JobView, 'name' | 'command'>): string {
  return printableLine(name ?? commandLine(command), MOST_WHAT)
}

/** As it could be typed again. */
export function commandLine(command: readonly string[]): string {
  return command.map(quoted).join(' ')
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

export function progressText({ done, total, text }: ProgressView): string {
  const count = done === null ? '' : total === null ? String(done) : `${done}/${total}`
  return [count, printableLine(text ?? '', 60)].filter((part) => part !== '').join(' ')
}

export function took({ started_at, ended_at }: JobView, nowMs: number): number {
  if (started_at === null) return 0
  return (ended_at === null ? nowMs : Date.parse(ended_at)) - Date.parse(started_at)
}

export function renderGroups(groups: readonly GroupView[]): string {
  const rows = groups.map(({ name, slots, paused, running, queued }) => {
    const state = paused ? paint('yellow', ', paused') : ''
    const room = slots === null ? 'any number' : `${slots} at once`
    return `${padded(printableLine(name, 64), 16)} ${room}, ${running} running, ${queued} queued${state}\n`
  })
  return rows.join('')
}
