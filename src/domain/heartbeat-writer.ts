import type { Heartbeat, HeartbeatContent, Moment, Sighting, Watched } from './heartbeat-facts.ts'
import type { ProcessLook } from './process-look.ts'

/** `doubtful`: gone by the wall clock only, which may have been set. */
export type Life = 'alive' | 'gone' | 'doubtful'

/** The start of a process is known from the boot time, which the system gives in whole seconds. */
export const START_SLACK_MS = 2_000

/** Whether the writer's process lives, by all that is known of it. */
export function lifeOf(watched: Watched, sighting: Sighting, now: Moment, inGrace: boolean): Life {
  const { content, look } = sighting
  if (content.kind === 'hostile' || content.pid === null) return 'doubtful'
  if (content.kind === 'heartbeat') {
    if (isElsewhere(sighting, now) && watched.writerStart === null) return 'alive'
    if (isOfOtherBoot(content, now)) return 'gone'
  }
  if (look.state !== 'alive') return look.state === 'gone' ? 'gone' : 'alive'
  const start = statedStart(content, look.processStart) ?? watched.writerStart
  if (start !== null) return start === look.processStart ? 'alive' : 'gone'
  // Times of before and after the clock was set cannot be compared.
  return inGrace ? 'alive' : 'doubtful'
}

/**
 * Which process wrote the file, told by the clocks; from then on it is known by its start alone. Whoever
 * had the number while we saw the file being written is the writer; before that, whoever had it when
 * the writer says that it began.
 */
export function findWriter(
  known: string | null,
  seenChanging: boolean,
  sighting: Sighting,
  now: Moment,
): string | null {
  const { content, look, mtimeMs } = sighting
  if (content.kind === 'hostile' || look.state !== 'alive') return known
  if (known === look.processStart || isElsewhere(sighting, now)) return known
  if (isProvenWriter(content, look)) return look.processStart
  if (now.monotonicMs < now.graceUntilMs) return known
  const stated = content.kind === 'heartbeat' && !seenChanging ? content.startedAtMs : null
  const slackMs = known === null ? START_SLACK_MS : -START_SLACK_MS
  return look.startedAtMs <= (stated ?? mtimeMs) + slackMs ? look.processStart : known
}

/** The very process that the file names, by number and start. */
export function isProvenWriter(
  content: HeartbeatContent,
  look: ProcessLook,
): look is ProcessLook & { state: 'alive' } {
  return (
    content.kind === 'heartbeat' &&
    look.state === 'alive' &&
    content.processStart === look.processStart
  )
}

/**
 * On another machine, or in a container that numbers processes on its own: the number says nothing here. A
 * host that was merely renamed still has the very process.
 */
export function isElsewhere({ content, look }: Sighting, now: Moment): boolean {
  if (content.kind !== 'heartbeat' || content.hostname === undefined) return false
  if (content.hostname === now.hostname) return false
  return content.bootId !== now.bootId || !isProvenWriter(content, look)
}

function isOfOtherBoot({ bootId }: Heartbeat, now: Moment): boolean {
  return bootId !== undefined && bootId !== now.bootId
}

/** Programs may name the start in a form of their own, which cannot be compared. */
function statedStart(content: HeartbeatContent, likeThis: string): string | null {
  const stated = content.kind === 'heartbeat' ? content.processStart : undefined
  if (stated === undefined || stated === likeThis) return stated ?? null
  return withoutDigits(stated) === withoutDigits(likeThis) ? stated : null
}

function withoutDigits(text: string): string {
  return text.replaceAll(/\d/g, '')
}
