import type { ProcessLook } from './process-look.ts'

export type Verdict = 'free' | 'ours' | 'held' | 'dead' | 'foreign'

export interface Judgement {
  readonly verdict: Verdict
  /** Why, as half a sentence. */
  readonly reason: string
}

/** Who a marker says holds the home. Old markers know neither `processStart` nor `bootId`. */
export interface Claim {
  readonly pid: number
  readonly hostname: string
  readonly startedAtMs: number
  readonly processStart?: string | undefined
  readonly bootId?: string | undefined
}

export type MarkerFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'garbage'; readonly reason: string }
  | {
      readonly kind: 'marker'
      readonly claim: Claim
      /** What a look at the claimed process number shows now. */
      readonly look: ProcessLook
      /** That process belongs to a user other than us. */
      readonly ofAnotherUser: boolean
    }

/** The process that asks. */
export interface Asker {
  readonly pid: number
  readonly hostname: string
  readonly processStart: string
  readonly bootId: string
}

/**
 * A process's start is only known through the boot time, which the system gives in whole seconds, so a
 * holder may seem to have started a little after it wrote its marker.
 */
export const START_SLACK_MS = 2_000

/** Who a lock marker stands for, judged by the process it names and never by its number alone. */
export function judgeMarker(facts: MarkerFacts, asker: Asker, nowMs: number): Judgement {
  if (facts.kind === 'none') return { verdict: 'free', reason: 'there is no marker' }
  if (facts.kind === 'garbage') return dead(`the marker ${facts.reason}`)
  const { claim, look } = facts
  if (isSameProcess(claim, asker, asker.pid)) return { verdict: 'ours', reason: 'we wrote it' }
  if (look.state === 'alive' && isSameProcess(claim, { ...asker, ...look }, claim.pid)) {
    return held(`process ${claim.pid} that wrote it is alive`)
  }
  if (claim.hostname !== asker.hostname) {
    return { verdict: 'foreign', reason: `it was written on host ${claim.hostname}` }
  }
  return judgeNumber(facts.claim, facts, asker, nowMs)
}

/** The claim is from this host, and not provably of a process that lives. */
function judgeNumber(
  claim: Claim,
  { look, ofAnotherUser }: { look: ProcessLook; ofAnotherUser: boolean },
  asker: Asker,
  nowMs: number,
): Judgement {
  if (claim.bootId !== undefined && claim.bootId !== asker.bootId) {
    return dead('it was written before the machine was last started')
  }
  if (claim.pid === asker.pid) return dead(`its process number ${claim.pid} is ours by now`)
  if (look.state === 'gone') return dead(`process ${claim.pid} is gone`)
  if (ofAnotherUser) return dead(`process ${claim.pid} is another user's by now`)
  if (look.state === 'unknown') return held(`it cannot be told whether process ${claim.pid} lives`)
  if (claim.processStart !== undefined) return judgeStart(claim, look.processStart)
  return judgeTime(claim, look.startedAtMs, nowMs)
}

function judgeStart(claim: Claim, processStart: string): Judgement {
  return claim.processStart === processStart
    ? held(`process ${claim.pid} that wrote it is alive`)
    : recycled(claim.pid)
}

/** All that an old marker gives is a number and a time: its holder started before that time. */
function judgeTime(claim: Claim, processStartedAtMs: number, nowMs: number): Judgement {
  if (claim.pid === 1)
    return dead('process 1 is the first process of the system, not a daemon of ours')
  if (claim.startedAtMs > nowMs + START_SLACK_MS) return dead('its date lies in the future')
  if (processStartedAtMs > claim.startedAtMs + START_SLACK_MS) return recycled(claim.pid)
  return held(`process ${claim.pid} has been alive since before it was written`)
}

/** Number, start and boot: together they name one process, whatever the host is called by now. */
function isSameProcess(
  claim: Claim,
  process: { readonly processStart: string; readonly bootId: string },
  pid: number,
): boolean {
  return (
    claim.pid === pid &&
    claim.processStart === process.processStart &&
    claim.bootId === process.bootId
  )
}

function held(reason: string): Judgement {
  return { verdict: 'held', reason }
}

function dead(reason: string): Judgement {
  return { verdict: 'dead', reason }
}

function recycled(pid: number): Judgement {
  return dead(`process number ${pid} was given to another process since`)
}
