import type { ActiveJob, Intent, IntentKind, JobEnd } from './job.ts'
import { endFrom, killedUnstarted } from './job-end.ts'
import type { JobVerdict } from './job-ending.ts'
import type { AwakeTime, RunClock } from './job-run.ts'
import { graceLeft, watchTimeout } from './job-timeout.ts'

/** What was found out about a job that was begun. */
export interface RunFacts {
  readonly now: AwakeTime
  /** This daemon has handed it over and not heard yet whether it was taken. */
  readonly isLaunching: boolean
  readonly verdict: JobVerdict
  /** Its waiter has said who it and the job are; without that nothing of it can be found. */
  readonly began: boolean
  /** What this daemon has done to end it. */
  readonly ending: Ending
  /** What this daemon has last made of it; null for one that it took over. */
  readonly made: 'stopped' | 'going' | null
}

export type Ending =
  | { readonly state: 'none' }
  | { readonly state: 'under way'; readonly signal: string }
  | { readonly state: 'over'; readonly isGone: boolean }

type EndedVerdict = Extract<JobVerdict, { kind: 'ended' }>

export type JobStep =
  /** It goes on; look again then at the latest, or, with null, when something happens. */
  | { readonly do: 'wait'; readonly inMs: number | null }
  /** Keep who it is, then step again. */
  | { readonly do: 'note start' }
  /** All of it, until it is let go on. */
  | { readonly do: 'stop' }
  | { readonly do: 'let go on' }
  /** Keep it first, then step again. */
  | { readonly do: 'intend'; readonly why: Exclude<IntentKind, 'kill'> }
  /** Tell its group, and after the grace kill everything of it that can be found. */
  | { readonly do: 'end it'; readonly signal: string; readonly graceMs: number }
  /** Keep its end. */
  | { readonly do: 'end'; readonly end: JobEnd }
  /** It never became a process. */
  | { readonly do: 'put back' }

interface Rules {
  readonly killGraceMs: number
}

/** What to do now about a job that was begun. Doing it twice does no harm. */
export function stepJob(job: ActiveJob, facts: RunFacts, rules: Rules): JobStep {
  const { verdict } = facts
  if (facts.isLaunching) return UNTIL_THEN
  if (verdict.kind === 'not_started') {
    const isKilled = job.intent?.why === 'kill'
    return isKilled ? { do: 'end', end: killedUnstarted() } : { do: 'put back' }
  }
  if (verdict.kind === 'ended') return whenOver(job, verdict, facts, rules)
  if (job.run.phase === 'starting') return facts.began ? { do: 'note start' } : UNTIL_THEN
  return job.intent === null ? whileRunning(job, facts) : seeToIt(job.intent, facts, rules)
}

/** Something will be heard of it. */
const UNTIL_THEN: JobStep = { do: 'wait', inMs: null }

/** What ended by itself is over. Where it was to end, or nobody saw it end, nothing of it may be left. */
function whenOver(
  { intent, run }: ActiveJob,
  verdict: EndedVerdict,
  facts: RunFacts,
  rules: Rules,
): JobStep {
  const isGone = !facts.began || isOfOtherBoot(run.clock, facts.now) || hasGone(facts.ending)
  const isByItself = intent === null && verdict.status !== 'lost'
  if (isByItself || isGone) return { do: 'end', end: endFrom(verdict) }
  return intent === null ? { do: 'intend', why: 'lost' } : seeToIt(intent, facts, rules)
}

function whileRunning({ spec, run, status }: ActiveJob, { now, made }: RunFacts): JobStep {
  if (status === 'paused' && made !== 'stopped') return { do: 'stop' }
  if (status === 'running' && mayStandStill(run.clock, made)) return { do: 'let go on' }
  const step = watchTimeout(spec, run.clock, now)
  if (step.do === 'time out') return { do: 'intend', why: 'timeout' }
  return { do: 'wait', inMs: step.do === 'wait' ? step.inMs : null }
}

/** The daemon before us may have resumed it and not lived to let it go on. What was never paused is left alone. */
function mayStandStill({ ranMs }: RunClock, made: RunFacts['made']): boolean {
  return made === 'stopped' || (made === null && ranMs > 0)
}

/** One hand at it is enough, unless haste was asked for since. What withstood is killed again. */
function seeToIt(intent: Intent, { ending, now }: RunFacts, { killGraceMs }: Rules): JobStep {
  const { signal } = intent
  if (hasGone(ending)) return UNTIL_THEN
  if (ending.state === 'over') return { do: 'end it', signal: 'SIGKILL', graceMs: 0 }
  const isHasty = signal === 'SIGKILL' && ending.state === 'under way' && ending.signal !== signal
  if (ending.state === 'under way' && !isHasty) return UNTIL_THEN
  return { do: 'end it', signal, graceMs: graceLeft(intent, killGraceMs, now) }
}

function hasGone(ending: Ending): boolean {
  return ending.state === 'over' && ending.isGone
}

function isOfOtherBoot({ since }: RunClock, { bootId }: AwakeTime): boolean {
  return since !== null && since.bootId !== bootId
}
