import type {
  ChoreEnd,
  ChoreEvent,
  ChoreOutcome,
  ChoreRecord,
  ChoreRun,
  ChoreStop,
} from './chore-facts.ts'

const STRIKES = 3
export const QUARANTINE_MS = 24 * 3_600_000

const BLANK: ChoreRecord = {
  outcome: null,
  detail: '',
  endedMs: null,
  tookMs: 0,
  failures: 0,
  deaths: 0,
  quarantinedMs: null,
}

const REASONS = {
  woken: 'the house was up',
  timeout: 'its time was up',
  leaving: 'the daemon left',
} as const satisfies Record<ChoreStop, string>

type Ended = Extract<ChoreRun, { state: 'ended' }>

export interface Noted {
  readonly record: ChoreRecord
  readonly events: readonly ChoreEvent[]
}

export function isQuarantined({ quarantinedMs }: ChoreRecord, nowMs: number): boolean {
  return quarantinedMs !== null && nowMs - quarantinedMs < QUARANTINE_MS
}

/** What a chore is known for after a run of it ended. */
export function noteEnd(
  before: ChoreRecord | undefined,
  chore: string,
  { end, stop, tookMs }: Ended,
  nowMs: number,
): Noted {
  const outcome = outcomeOf(end, stop)
  const detail = detailOf(end, stop)
  const ended: ChoreEvent = { type: 'chore_ended', chore, outcome, detail, tookMs }
  const known = released(before ?? BLANK, nowMs)
  if (outcome === 'interrupted') {
    return { record: { ...known, outcome, detail, tookMs, deaths: 0 }, events: [ended] }
  }
  const run = { ...known, outcome, detail, tookMs, deaths: 0, endedMs: nowMs }
  if (outcome === 'succeeded') {
    return { record: { ...run, failures: 0, quarantinedMs: null }, events: [ended] }
  }
  const failures = known.failures + 1
  const struck = strike({ ...run, failures }, failures, nowMs, chore, 'failures in a row')
  return { record: struck.record, events: [ended, ...struck.events] }
}

/** The daemon ended without a word while the chore ran, which may or may not be the chore's doing. */
export function noteDeath(before: ChoreRecord | undefined, chore: string, nowMs: number): Noted {
  const known = released(before ?? BLANK, nowMs)
  const deaths = known.deaths + 1
  const detail = 'the daemon ended while it ran'
  const record: ChoreRecord = { ...known, outcome: 'interrupted', detail, deaths }
  const ended: ChoreEvent = {
    type: 'chore_ended',
    chore,
    outcome: 'interrupted',
    detail,
    tookMs: 0,
  }
  const struck = strike(record, deaths, nowMs, chore, 'daemons in a row ended while it ran')
  return {
    record: struck.events.length > 0 ? { ...struck.record, deaths: 0 } : record,
    events: [ended, ...struck.events],
  }
}

/** `curfew chores reset`: everything that speaks against it is forgotten. */
export function pardon(record: ChoreRecord): ChoreRecord {
  return { ...record, failures: 0, deaths: 0, quarantinedMs: null }
}

function strike(
  record: ChoreRecord,
  strikes: number,
  nowMs: number,
  chore: string,
  what: string,
): Noted {
  if (strikes < STRIKES || isQuarantined(record, nowMs)) return { record, events: [] }
  const event: ChoreEvent = {
    type: 'chore_quarantined',
    chore,
    forMs: QUARANTINE_MS,
    why: `${strikes} ${what}`,
  }
  return { record: { ...record, quarantinedMs: nowMs }, events: [event] }
}

/** Who has served the time begins anew. */
function released(record: ChoreRecord, nowMs: number): ChoreRecord {
  const served = record.quarantinedMs !== null && !isQuarantined(record, nowMs)
  return served ? pardon(record) : record
}

/** Whoever was told to end did not finish, whatever it says; whoever was not, did as it says. */
function outcomeOf(end: ChoreEnd, stop: ChoreStop | null): ChoreOutcome {
  if (stop !== null) return stop === 'timeout' ? 'timed_out' : 'interrupted'
  if (end.kind === 'unstartable') return 'unstartable'
  return end.kind === 'done' || (end.kind === 'exited' && end.code === 0) ? 'succeeded' : 'failed'
}

/** Beside the outcome: why it was stopped, and how it ended. */
function detailOf(end: ChoreEnd, stop: ChoreStop | null): string {
  const how = howItEnded(end)
  return stop === null ? how : `${REASONS[stop]} (${how})`
}

function howItEnded(end: ChoreEnd): string {
  switch (end.kind) {
    case 'exited':
      return `exit code ${end.code}`
    case 'signalled':
      return `signal ${end.signal}`
    case 'done':
      return end.note
    case 'unstartable':
    case 'failed':
      return end.reason
  }
}
