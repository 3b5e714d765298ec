import { START_SLACK_MS } from './heartbeat-writer.ts'
import type { ProcessLook } from './process-look.ts'
import type {
  Report,
  ReportActivity,
  ReportClock,
  ReportMemory,
  ReportSighting,
  ReportVerdict,
} from './report-facts.ts'

export type * from './report-facts.ts'

/** Whether a report's program still works on it: by its process, and by when we last saw the file change. */
export function judgeReport(
  before: ReportMemory | undefined,
  sighting: ReportSighting,
  now: ReportClock,
  staleAfterMs: number,
): ReportVerdict {
  const { content } = sighting
  const seen = remember(before, sighting, now)
  if (content.kind === 'torn') {
    return { memory: seen, isAlive: false, orphaned: false, activity: null }
  }
  const lives = lifeOf(sighting, content, seen, now, staleAfterMs)
  const isRunning = content.state === 'running'
  const orphaned = isRunning && (seen.orphaned || lives === 'gone')
  const memory = orphaned === seen.orphaned ? seen : { ...seen, orphaned }
  const isAlive = !orphaned && lives === 'alive'
  const activity = isRunning && isAlive ? activityOf(content, memory, now, staleAfterMs) : null
  return { memory, isAlive, orphaned, activity }
}

/** Whether this may be thrown away once there are too many: nobody will write it any more. */
export function isOver({ content }: ReportSighting, { orphaned }: ReportVerdict): boolean {
  return content.kind === 'report' && (content.state !== 'running' || orphaned)
}

function remember(
  before: ReportMemory | undefined,
  sighting: ReportSighting,
  now: ReportClock,
): ReportMemory {
  const { content, look, stamp } = sighting
  if (before?.stamp === stamp) return before
  const isFirst = before === undefined
  const report = content.kind === 'report' ? content : undefined
  const updatedMs = report?.updatedAtMs ?? sighting.mtimeMs
  const refreshedMs = isFirst ? now.monotonicMs - ago(updatedMs, now) : now.monotonicMs
  const restMs = Math.max(0, updatedMs - (report?.lastLineAtMs ?? updatedMs))
  return {
    stamp,
    refreshedMs,
    lineMs: (report?.lastLineAtMs ?? null) === null ? null : refreshedMs - restMs,
    writerStart: writerOf(before?.writerStart ?? null, report, look, isFirst, sighting.mtimeMs),
    orphaned: before?.orphaned ?? false,
  }
}

/** A time that lies ahead says nothing, and counts as now. */
function ago(atMs: number, { wallMs }: ReportClock): number {
  return Math.max(0, wallMs - atMs)
}

/** Whoever has the number while we see the file being written, or had it when the report began, is the writer. */
function writerOf(
  known: string | null,
  report: Report | undefined,
  look: ProcessLook,
  isFirst: boolean,
  mtimeMs: number,
): string | null {
  if (known !== null || report === undefined || look.state !== 'alive') return known
  if (report.state !== 'running') return known
  if (comparable(report.processStart, look.processStart) !== null) return null
  const beganMs = (isFirst ? report.startedAtMs : null) ?? mtimeMs
  return look.startedAtMs <= beganMs + START_SLACK_MS ? look.processStart : null
}

type Life = 'alive' | 'gone' | 'elsewhere'

function lifeOf(
  { look }: ReportSighting,
  report: Report,
  seen: ReportMemory,
  now: ReportClock,
  staleAfterMs: number,
): Life {
  if (isElsewhere(report, look, now)) {
    return now.monotonicMs - seen.refreshedMs > staleAfterMs ? 'elsewhere' : 'alive'
  }
  if (report.bootId !== null && report.bootId !== now.bootId) return 'gone'
  if (look.state !== 'alive') return look.state === 'gone' ? 'gone' : 'alive'
  const start = comparable(report.processStart, look.processStart) ?? seen.writerStart
  // Times of before and after the clock was set cannot be compared.
  if (start === null && now.monotonicMs < now.graceUntilMs) return 'alive'
  return start === look.processStart ? 'alive' : 'gone'
}

/** On another host, or in a container that numbers processes on its own, the number says nothing here. */
function isElsewhere(report: Report, look: ProcessLook, now: ReportClock): boolean {
  if (report.hostname === null || report.hostname === now.hostname) return false
  const isProven = look.state === 'alive' && look.processStart === report.processStart
  return report.bootId !== now.bootId || !isProven
}

/** Programs may name the start in a form of their own. */
function comparable(stated: string | null, likeThis: string): string | null {
  if (stated === null || stated === likeThis) return stated
  const form = (text: string): string => text.replaceAll(/\d/g, '')
  return form(stated) === form(likeThis) ? stated : null
}

function activityOf(
  report: Report,
  memory: ReportMemory,
  now: ReportClock,
  staleAfterMs: number,
): ReportActivity {
  if (now.monotonicMs < now.graceUntilMs) return 'active'
  const isSilent = now.monotonicMs - memory.refreshedMs > staleAfterMs
  // Who names neither start nor last line writes only when there is something to say.
  const beats = report.processStart !== null || memory.lineMs !== null
  if (isSilent) return beats ? 'wedged' : 'quiet'
  const startedMs = now.monotonicMs - ago(report.startedAtMs ?? now.wallMs, now)
  const lineMs = memory.lineMs ?? (beats ? startedMs : memory.refreshedMs)
  return now.monotonicMs - lineMs > staleAfterMs ? 'quiet' : 'active'
}
