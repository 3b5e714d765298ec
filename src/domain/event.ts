import { REPORT_TELLINGS, type ReportEventFacts } from './report-events.ts'
import { TASK_TELLINGS, type TaskEventFacts } from './task-events.ts'
import type { TransitionFacts } from './turn.ts'

/** Everything worth telling, by kind: the facts it was decided on. */
export interface EventFacts extends TaskEventFacts, ReportEventFacts {
  daemon_started: {
    readonly pid: number
    readonly version: string
    readonly previous: string | null
  }
  daemon_stopping: { readonly why: string }
  daemon_stopped: { readonly clean: boolean; readonly why: string }
  lock_taken_over: { readonly holder: string; readonly verdict: string; readonly why: string }
  lock_lost: { readonly why: string }
  transition: {
    readonly from: string | null
    readonly to: string
    readonly why: string
    readonly facts: TransitionFacts | null
  }
  wrapper_came: { readonly who: string; readonly pid: number | null; readonly path: string }
  wrapper_changed: {
    readonly who: string
    readonly pid: number | null
    readonly path: string
    readonly from: string
    readonly to: string
    readonly why: string
  }
  wrapper_left: { readonly who: string; readonly pid: number | null; readonly path: string }
  wrappers_moved: { readonly came: number; readonly changed: number; readonly left: number }
  wrappers_swept: { readonly count: number; readonly names: readonly string[] }
  chore_started: { readonly chore: string; readonly byHand: boolean }
  chore_ended: {
    readonly chore: string
    readonly outcome: string
    readonly detail: string
    readonly tookMs: number
  }
  chore_quarantined: { readonly chore: string; readonly forMs: number; readonly why: string }
  on_command_failed: { readonly state: string; readonly why: string }
  job_submitted: { readonly job: number; readonly what: string; readonly session: string | null }
  job_started: { readonly job: number; readonly what: string; readonly attempt: number }
  job_ended: {
    readonly job: number
    readonly what: string
    readonly session: string | null
    readonly status: string
    readonly reason: string
    readonly attempt: number
    /** False when another attempt follows. */
    readonly isFinal: boolean
  }
  job_asked: { readonly job: number; readonly ask: string; readonly detail: string }
  job_troubled: { readonly job: number; readonly why: string }
  jobs_rebuilt: { readonly count: number; readonly unreadable: readonly string[] }
  jobs_forgotten: { readonly count: number; readonly why: string }
  follow_up_delivered: {
    readonly session: string
    readonly ids: readonly number[]
    readonly way: string
  }
  follow_up_failed: {
    readonly session: string
    readonly ids: readonly number[]
    readonly attempt: number
    readonly why: string
  }
  follow_up_acknowledged: {
    readonly id: number
    readonly job: number
    readonly session: string
    readonly by: string
  }
  follow_up_given_up: { readonly id: number; readonly session: string; readonly why: string }
  session_ended: { readonly session: string; readonly settled: number; readonly why: string }
  mended: { readonly what: string }
  woken: { readonly by: string }
  config_reloaded: { readonly changed: readonly string[] }
  config_refused: { readonly problem: string }
  step_failed: { readonly step: string; readonly problem: string }
  step_recovered: { readonly step: string; readonly failures: number }
  tick_slow: { readonly tookMs: number; readonly slowest: string }
  machine_slept: { readonly forMs: number }
  clock_set: { readonly byMs: number }
  daemon_frozen: { readonly forMs: number }
  store_set_aside: { readonly as: string; readonly restored: string; readonly why: string }
  events_lost: { readonly count: number; readonly why: string }
  watch_failed: { readonly what: string; readonly why: string }
}

export type EventType = keyof EventFacts

export type EventOf<Type extends EventType> = {
  [Each in Type]: { readonly type: Each } & EventFacts[Each]
}[Type]

export type EventBody = EventOf<EventType>

export interface StoredEvent {
  /** Grows, never reused. */
  readonly id: number
  readonly atMs: number
  readonly body: EventBody
}

export type EventLevel = 'info' | 'warn' | 'error'

type Tellings = {
  readonly [Type in EventType]: {
    readonly level: EventLevel
    readonly say: (facts: EventFacts[Type]) => string
  }
}

const TELLINGS: Tellings = {
  ...TASK_TELLINGS,
  daemon_started: {
    level: 'info',
    say: ({ pid, version, previous }) =>
      `daemon ${version} started as process ${pid}${previous === null ? '' : `; before it: ${previous}`}`,
  },
  daemon_stopping: { level: 'info', say: ({ why }) => `daemon is leaving: ${why}` },
  daemon_stopped: {
    level: 'info',
    say: ({ clean, why }) => `daemon left ${clean ? 'in order' : 'with work cut short'}: ${why}`,
  },
  lock_taken_over: {
    level: 'warn',
    say: ({ holder, verdict, why }) => `took over a ${verdict} marker (${holder}): ${why}`,
  },
  lock_lost: { level: 'error', say: ({ why }) => `this home is no longer ours: ${why}` },
  transition: {
    level: 'info',
    say: ({ from, to, why }) => `${from === null ? to : `${from} → ${to}`}: ${why}`,
  },
  wrapper_came: { level: 'info', say: ({ who }) => `${who} is awake` },
  wrapper_changed: {
    level: 'info',
    say: ({ who, from, to, why }) => `${who} went from ${from} to ${to}: ${why}`,
  },
  wrapper_left: { level: 'info', say: ({ who }) => `${who} has left` },
  wrappers_moved: {
    level: 'info',
    say: ({ came, changed, left }) =>
      `many wrappers at once: ${came} came, ${changed} changed, ${left} left`,
  },
  wrappers_swept: {
    level: 'info',
    say: ({ count, names }) => `swept ${count} left-over heartbeats: ${names.join(', ')}`,
  },
  chore_started: {
    level: 'info',
    say: ({ chore, byHand }) => `chore "${chore}" started${byHand ? ' by hand' : ''}`,
  },
  chore_ended: {
    level: 'info',
    say: ({ chore, outcome, detail, tookMs }) =>
      `chore "${chore}" ${outcome} after ${seconds(tookMs)}${detail === '' ? '' : `: ${detail}`}`,
  },
  chore_quarantined: {
    level: 'warn',
    say: ({ chore, forMs, why }) =>
      `chore "${chore}" is left alone for ${Math.round(forMs / 3_600_000)} h: ${why}`,
  },
  on_command_failed: {
    level: 'warn',
    say: ({ state, why }) => `the command for "${state}" failed: ${why}`,
  },
  job_submitted: { level: 'info', say: ({ job, what }) => `job ${job} submitted: ${what}` },
  job_started: {
    level: 'info',
    say: ({ job, what, attempt }) =>
      `job ${job} started${attempt === 1 ? '' : ` (attempt ${attempt})`}: ${what}`,
  },
  job_ended: {
    level: 'info',
    say: ({ job, what, status, reason, isFinal }) =>
      `job ${job} ${status} (${reason})${isFinal ? '' : ', and will be tried again'}: ${what}`,
  },
  job_asked: {
    level: 'info',
    say: ({ job, ask, detail }) => `job ${job}: ${ask}${detail === '' ? '' : ` (${detail})`}`,
  },
  job_troubled: { level: 'warn', say: ({ job, why }) => `job ${job}: ${why}` },
  jobs_rebuilt: {
    level: 'warn',
    say: ({ count, unreadable }) =>
      `took in ${count} jobs from their folders${unreadable.length === 0 ? '' : `; unreadable: ${unreadable.join(', ')}`}`,
  },
  jobs_forgotten: { level: 'info', say: ({ count, why }) => `forgot ${count} ended jobs: ${why}` },
  follow_up_delivered: {
    level: 'info',
    say: ({ session, ids, way }) => `session ${session} was told (${ids.join(', ')}) by ${way}`,
  },
  follow_up_failed: {
    level: 'warn',
    say: ({ session, ids, attempt, why }) =>
      `session ${session} could not be told (${ids.join(', ')}), try ${attempt}: ${why}`,
  },
  follow_up_acknowledged: {
    level: 'info',
    say: ({ id, job, session, by }) =>
      `session ${session} has heard of job ${job} (follow-up ${id}, acknowledged by ${by})`,
  },
  follow_up_given_up: {
    level: 'warn',
    say: ({ id, session, why }) => `follow-up ${id} to session ${session} was given up: ${why}`,
  },
  session_ended: {
    level: 'info',
    say: ({ session, settled, why }) =>
      `session ${session} will not come back (${why}); ${settled} follow-ups settled`,
  },
  ...REPORT_TELLINGS,
  mended: { level: 'warn', say: ({ what }) => what },
  woken: { level: 'info', say: ({ by }) => `woken by ${by}` },
  config_reloaded: {
    level: 'info',
    say: ({ changed }) =>
      `config read again: ${changed.length === 0 ? 'nothing changed' : `changed ${changed.join(', ')}`}`,
  },
  config_refused: {
    level: 'warn',
    say: ({ problem }) => `config refused, the old values stay: ${problem}`,
  },
  step_failed: { level: 'error', say: ({ step, problem }) => `step "${step}" failed: ${problem}` },
  step_recovered: {
    level: 'info',
    say: ({ step, failures }) => `step "${step}" works again after ${failures} failed tries`,
  },
  tick_slow: {
    level: 'warn',
    say: ({ tookMs, slowest }) => `a tick took ${tookMs} ms, most of it in "${slowest}"`,
  },
  machine_slept: { level: 'info', say: ({ forMs }) => `the machine slept for ${seconds(forMs)}` },
  clock_set: {
    level: 'warn',
    say: ({ byMs }) =>
      `the clock was set ${byMs < 0 ? 'back' : 'forward'} by ${seconds(Math.abs(byMs))}`,
  },
  daemon_frozen: {
    level: 'warn',
    say: ({ forMs }) => `the daemon could not run for ${seconds(forMs)}`,
  },
  store_set_aside: {
    level: 'error',
    say: ({ as, restored, why }) =>
      `the store was damaged (${why}); kept as ${as}, went on with ${restored}`,
  },
  events_lost: {
    level: 'error',
    say: ({ count, why }) => `${count} events could not be kept: ${why}`,
  },
  watch_failed: {
    level: 'warn',
    say: ({ what, why }) =>
      `${what} is not watched (${why}); it is looked at on every tick instead`,
  },
}

/** The level and the sentence for an event. */
export function tell<Type extends EventType>(
  body: EventOf<Type>,
): { level: EventLevel; text: string } {
  const telling: Tellings[Type] = TELLINGS[body.type]
  return { level: telling.level, text: telling.say(body) }
}

/** The same for an event from the store, which another version may have written, or nobody. */
export function tellStored({ body }: StoredEvent): { level: EventLevel; text: string } {
  try {
    if (Object.hasOwn(TELLINGS, body.type)) return tell(body)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return { level: 'info', text: `an event that this version cannot tell (${body.type})` }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
