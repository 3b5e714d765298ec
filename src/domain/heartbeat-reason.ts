import type { HeartbeatStatus, Moment, Sighting } from './heartbeat-facts.ts'
import { isElsewhere, type Life } from './heartbeat-writer.ts'

/** Why a heartbeat was given its status, as half a sentence. */
export function reasonFor(
  status: HeartbeatStatus,
  life: Life,
  sighting: Sighting,
  now: Moment,
  ageMs: number,
): string {
  const { content } = sighting
  if (content.kind === 'hostile') return `the file ${content.reason}`
  const words =
    status === 'fresh' ? reasonForFresh(sighting, now) : reasonForBad(status, life, sighting, ageMs)
  return content.kind === 'torn' ? `the file ${content.reason}; ${words}` : words
}

function reasonForFresh(sighting: Sighting, now: Moment): string {
  if (isElsewhere(sighting, now)) return 'refreshed lately on another host'
  if (now.monotonicMs < now.graceUntilMs)
    return 'its process lives, and it is given time to refresh'
  return sighting.look.state === 'alive'
    ? 'refreshed lately and its process lives'
    : 'refreshed lately, and it cannot be told whether its process lives'
}

function reasonForBad(
  status: 'stale' | 'orphan',
  life: Life,
  sighting: Sighting,
  ageMs: number,
): string {
  const fate = fateOf(life, sighting)
  return status === 'stale'
    ? `not refreshed for ${seconds(ageMs)}, ${fate}`
    : `refreshed lately, but ${fate}`
}

function fateOf(life: Life, { content, look }: Sighting): string {
  if (content.kind === 'hostile' || content.pid === null) return 'it names no process'
  const named = `process ${content.pid}`
  if (life === 'alive')
    return look.state === 'alive' ? `though ${named} lives` : `${named} may live or not`
  if (look.state === 'gone') return `${named} is gone`
  return life === 'gone'
    ? `process number ${content.pid} was given to another process since`
    : `${named} began later than its writer did`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
