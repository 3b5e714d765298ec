import type { Census, CensusFile } from '../../src/domain/census.ts'
import type { ChoreRecord } from '../../src/domain/chore-facts.ts'
import type { House } from '../../src/domain/house.ts'
import type { HeartbeatStatus, HeartbeatVerdict } from '../../src/domain/heartbeat.ts'
import type { LifecycleMemory } from '../../src/domain/lifecycle.ts'
import type { TurnFacts } from '../../src/domain/turn.ts'
import { type Domain, REAL_DOMAIN } from './domain-seam.ts'

/** The real code with one mistake in it, of a kind that was made before. */
export interface Mutant {
  readonly mistake: string
  readonly domain: Domain
}

export const MUTANTS: readonly Mutant[] = [
  mutant('trusts the timestamp inside the file', {
    takeCensus: (before, files, now, rules) =>
      rejudged(REAL_DOMAIN.takeCensus(before, files, now, rules), (verdict, file) => {
        const { content } = file
        if (content.kind !== 'heartbeat' || verdict.status === 'orphan') return verdict
        const ageMs = now.wallMs - (content.lastRefreshMs ?? 0)
        return asStatus(verdict, ageMs > rules.staleAfterMs ? 'stale' : 'fresh')
      }),
  }),
  mutant('measures silence by the wall clock', silenceByWallClock()),
  mutant('gives no grace after a sleep', {
    watchClocks: (before, now, meantMs, staleMs) => {
      const turn = REAL_DOMAIN.watchClocks(before, now, meantMs, staleMs)
      return { ...turn, watch: { ...before, sample: now } }
    },
  }),
  mutant('takes whoever has the number for the wrapper', {
    takeCensus: (before, files, now, rules) =>
      rejudged(REAL_DOMAIN.takeCensus(before, files, now, rules), (verdict, { look }) =>
        verdict.status === 'orphan' && look.state === 'alive'
          ? asStatus(verdict, 'fresh')
          : verdict,
      ),
  }),
  mutant('believes that the dead live', {
    takeCensus: (before, files, now, rules) =>
      rejudged(REAL_DOMAIN.takeCensus(before, files, now, rules), (verdict) =>
        verdict.status === 'orphan' ? asStatus(verdict, 'fresh') : verdict,
      ),
  }),
  mutant('sweeps at once', {
    takeCensus: (before, files, now, rules) =>
      rejudged(REAL_DOMAIN.takeCensus(before, files, now, rules), (verdict) => ({
        ...verdict,
        sweepable: verdict.status !== 'fresh',
      })),
  }),
  mutant('takes presence for activity', {
    noteWrappers: (before, census, watch, staleMs) => {
      const noted = REAL_DOMAIN.noteWrappers(before, census, watch, staleMs)
      return { ...noted, facts: { ...noted.facts, present: noted.facts.fresh } }
    },
  }),
  mutant('goes to bed before everybody was heard', {
    noteWrappers: (before, census, watch, staleMs) => {
      const noted = REAL_DOMAIN.noteWrappers(before, census, watch, staleMs)
      return { ...noted, facts: { ...noted.facts, unheard: 0 } }
    },
  }),
  mutant('takes a restart for activity', {
    beginHouse: (text, now) => {
      const begun = REAL_DOMAIN.beginHouse(text, now)
      const lastAct = { atMs: now.bootMs, by: 'a restart' }
      return { ...begun, house: withLifecycle(begun.house, { lastAct }) }
    },
  }),
  mutant('takes a new home for one that is long idle', {
    beginHouse: (text, now) => {
      const begun = REAL_DOMAIN.beginHouse(text, now)
      const lastAct = { atMs: now.bootMs - 86_400_000, by: 'nobody' }
      return text === undefined
        ? { ...begun, house: withLifecycle(begun.house, { lastAct }) }
        : begun
    },
  }),
  mutant('reckons idleness across a restart by the wall clock', {
    beginHouse: (text, now) => REAL_DOMAIN.beginHouse(text, { ...now, bootId: 'another' }),
  }),
  mutant('reckons idleness by a clock that stands still while the machine sleeps', {
    takeTurn: withDrift((facts, before) => facts.ranMs - (facts.nowMs - before.nowMs)),
  }),
  mutant('reckons idleness by the wall clock', {
    takeTurn: withDrift(
      (facts, before) => facts.wallMs - before.wallMs - (facts.nowMs - before.nowMs),
    ),
  }),
  mutant('overlooks holds', { takeTurn: withFacts((facts) => ({ ...facts, holds: [] })) }),
  mutant('overlooks running jobs', {
    takeTurn: withFacts((facts) => ({ ...facts, jobs: { ...facts.jobs, running: 0 } })),
  }),
  mutant('falls asleep on what is queued', {
    takeTurn: withFacts((facts) => ({ ...facts, jobs: { ...facts.jobs, queued: 0 } })),
  }),
  mutant('does not hear who calls', {
    takeTurn: withFacts((facts) => ({ ...facts, act: null })),
  }),
  mutant('takes an interruption for a failure', {
    takeTurn: withFacts((facts) => {
      const { run } = facts.chores
      if (run?.state !== 'ended') return facts
      return { ...facts, chores: { ...facts.chores, run: { ...run, stop: null } } }
    }),
  }),
  mutant('forgets with each restart how far the night had come', {
    freezeHouse: (saved) => {
      const { chores } = saved.house
      return REAL_DOMAIN.freezeHouse(withChores(saved, { ...chores, done: [], over: false }))
    },
  }),
  mutant('takes a chore that it has written down for one that is done', {
    beginHouse: (text, now) => {
      const begun = REAL_DOMAIN.beginHouse(text, now)
      const name = text === undefined ? null : JSON.parse(text).chores.running?.name
      if (typeof name !== 'string') return begun
      const { chores } = begun.house
      return {
        ...begun,
        house: { ...begun.house, chores: { ...chores, done: [...chores.done, name] } },
      }
    },
  }),
  mutant('forgets quarantine with each restart', {
    freezeHouse: (saved) => {
      const { chores } = saved.house
      const records = new Map(
        [...chores.records].map(([name, record]) => [name, { ...record, quarantinedMs: null }]),
      )
      return REAL_DOMAIN.freezeHouse(withChores(saved, { ...chores, records }))
    },
  }),
  mutant('lets a chore go on while the house is up', {
    takeTurn: (house, facts, rules) => {
      const turn = REAL_DOMAIN.takeTurn(house, facts, rules)
      if (turn.kind === 'ask') return turn
      return { ...turn, actions: turn.actions.filter((action) => action.do !== 'stop') }
    },
  }),
  mutant('leaves what the last daemon started to itself', { endLeftOver: () => undefined }),
  mutant('starts what it could not write down', { mayPerform: () => true }),
  mutant('writes activity down only when the state changes', {
    isWorthSaving: (saved, next) =>
      saved?.house.lifecycle.state !== next.house.lifecycle.state ||
      saved.house.chores !== next.house.chores,
  }),
  mutant('lets a clock that is set forward end a quarantine', {
    takeTurn: withRecords(
      (quarantinedMs, { wallMs, nowMs }, before) =>
        quarantinedMs - Math.max(0, wallMs - before.wallMs - (nowMs - before.nowMs)),
    ),
  }),
  mutant('begins a quarantine anew at every turn', {
    takeTurn: withRecords((_quarantinedMs, { nowMs }) => nowMs),
  }),
  mutant('keeps everybody in bed once it was told to', {
    takeTurn: (house, facts, rules) => {
      const turn = REAL_DOMAIN.takeTurn(house, facts, rules)
      const { bedtimeByHand } = house.lifecycle
      if (turn.kind === 'ask' || bedtimeByHand === null) return turn
      return { ...turn, house: withLifecycle(turn.house, { bedtimeByHand }) }
    },
  }),
  mutant('moves on without a word', {
    takeTurn: (house, facts, rules) => {
      const turn = REAL_DOMAIN.takeTurn(house, facts, rules)
      if (turn.kind === 'ask') return turn
      return { ...turn, events: turn.events.filter((event) => event.type !== 'transition') }
    },
  }),
]

function mutant(mistake: string, pieces: Partial<Domain>): Mutant {
  return { mistake, domain: { ...REAL_DOMAIN, ...pieces } }
}

function rejudged<File extends CensusFile>(
  census: Census<File>,
  again: (verdict: HeartbeatVerdict, file: CensusFile) => HeartbeatVerdict,
): Census<File> {
  const wrappers = census.wrappers.map(({ file, verdict }) => ({
    file,
    verdict: again(verdict, file),
  }))
  return { ...census, wrappers }
}

function asStatus(verdict: HeartbeatVerdict, status: HeartbeatStatus): HeartbeatVerdict {
  return { ...verdict, status }
}

/** Both clocks begin at the same moment, then one of them is set. */
function silenceByWallClock(): Pick<Domain, 'takeCensus'> {
  let originMs = 0
  return {
    takeCensus: (before, files, now, rules) => {
      if (before === undefined) originMs = now.wallMs - now.monotonicMs
      const moment = { ...now, monotonicMs: now.wallMs - originMs, graceUntilMs: -Infinity }
      return REAL_DOMAIN.takeCensus(before, files, moment, rules)
    },
  }
}

function withFacts(change: (facts: TurnFacts) => TurnFacts): Domain['takeTurn'] {
  return (house, facts, rules) => REAL_DOMAIN.takeTurn(house, change(facts), rules)
}

/** A clock that goes wrong from turn to turn of one daemon, by what the function says. */
function withDrift(drift: (facts: TurnFacts, before: TurnFacts) => number): Domain['takeTurn'] {
  let before: TurnFacts | undefined
  let driftMs = 0
  return (house, facts, rules) => {
    const isSameLife = before?.startedMs === facts.startedMs && before.nowMs <= facts.nowMs
    driftMs = isSameLife && before !== undefined ? driftMs + drift(facts, before) : 0
    before = facts
    const act = facts.act && { ...facts.act, atMs: facts.act.atMs + driftMs }
    const nowMs = facts.nowMs + driftMs
    return REAL_DOMAIN.takeTurn(house, { ...facts, nowMs, act }, rules)
  }
}

function withRecords(
  change: (quarantinedMs: number, facts: TurnFacts, before: TurnFacts) => number,
): Domain['takeTurn'] {
  let before: TurnFacts | undefined
  return (house, facts, rules) => {
    const last = before?.startedMs === facts.startedMs ? before : facts
    before = facts
    const records = [...house.chores.records].map(([name, record]): [string, ChoreRecord] => {
      const { quarantinedMs } = record
      if (quarantinedMs === null) return [name, record]
      return [name, { ...record, quarantinedMs: change(quarantinedMs, facts, last) }]
    })
    const chores = { ...house.chores, records: new Map(records) }
    return REAL_DOMAIN.takeTurn({ ...house, chores }, facts, rules)
  }
}

function withLifecycle(house: House, part: Partial<LifecycleMemory>): House {
  return { ...house, lifecycle: { ...house.lifecycle, ...part } }
}

function withChores(
  saved: Parameters<Domain['freezeHouse']>[0],
  chores: House['chores'],
): Parameters<Domain['freezeHouse']>[0] {
  return { ...saved, house: { ...saved.house, chores } }
}
