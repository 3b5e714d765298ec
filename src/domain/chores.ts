import type {
  ChoreDecision,
  ChoreEvent,
  ChoreFacts,
  ChoreMemory,
  ChoreRecord,
  ChoreSpec,
  RunningChore,
} from './chore-facts.ts'
import { isQuarantined, noteEnd } from './chore-record.ts'

export type * from './chore-facts.ts'

export interface ChoreTurn {
  readonly memory: ChoreMemory
  readonly decision: ChoreDecision
  readonly events: readonly ChoreEvent[]
}

const MINUTE = 60_000

/** What every house sees to at night, before the user's own. The name says what runs. */
export const BUILT_IN_CHORES: readonly ChoreSpec[] = [
  { name: 'retention', builtIn: true, timeoutMs: 10 * MINUTE, everyMs: 0 },
  { name: 'store', builtIn: true, timeoutMs: 30 * MINUTE, everyMs: 12 * 60 * MINUTE },
  { name: 'logs', builtIn: true, timeoutMs: MINUTE, everyMs: 0 },
  { name: 'sweep', builtIn: true, timeoutMs: 5 * MINUTE, everyMs: 0 },
]

export const NO_CHORES_YET: ChoreMemory = {
  records: new Map(),
  done: [],
  over: false,
  asked: [],
  runs: 0,
  running: null,
}

/** Tonight's list in its order. A name that is taken is left out, and named. */
export function listChores(own: readonly ChoreSpec[]): {
  readonly list: readonly ChoreSpec[]
  readonly refused: readonly string[]
} {
  const taken = new Set(BUILT_IN_CHORES.map(({ name }) => name))
  const list = [...BUILT_IN_CHORES]
  const refused: string[] = []
  for (const chore of own) {
    if (taken.has(chore.name)) refused.push(chore.name)
    else list.push(chore)
    taken.add(chore.name)
  }
  return { list, refused }
}

/** Takes in how a run ended. An end that was taken in before changes nothing. */
export function takeIn(
  memory: ChoreMemory,
  { run, nowMs, list }: Pick<ChoreFacts, 'run' | 'nowMs' | 'list'>,
): { readonly memory: ChoreMemory; readonly events: readonly ChoreEvent[] } {
  const { running } = memory
  if (run?.state !== 'ended' || running?.run !== run.run) return { memory, events: [] }
  const before = memory.records.get(running.name)
  const { record, events } = noteEnd(before, running.name, run, nowMs)
  const isDone = hadItsTurn(running, record, list)
  return {
    memory: {
      ...memory,
      records: new Map(memory.records).set(running.name, record),
      done: isDone ? [...new Set([...memory.done, running.name])] : memory.done,
      running: null,
    },
    events,
  }
}

/** What ran well by hand need not run again tonight; where a rest is set, that alone decides. */
function hadItsTurn(
  { name, byHand }: RunningChore,
  { outcome }: ChoreRecord,
  list: readonly ChoreSpec[],
): boolean {
  if (!byHand) return outcome !== 'interrupted'
  return outcome === 'succeeded' && list.some((each) => each.name === name && each.everyMs === 0)
}

/** Names of what runs or is still to be done before anybody may sleep. */
export function choresLeft(memory: ChoreMemory, facts: ChoreFacts): string[] {
  const tonight = memory.over ? [] : facts.list.filter((chore) => isDue(chore, memory, facts))
  const names = [memory.running?.name ?? [], memory.asked, tonight.map(({ name }) => name)].flat()
  return [...new Set(names)]
}

/** Which chore runs now: one at a time, in order, and only at night unless it was asked for. */
export function nextChore(memory: ChoreMemory, facts: ChoreFacts): ChoreTurn {
  const known = asOfTonight(memory, facts)
  const { run } = facts
  if (run?.state === 'running') return tend(known, run, facts)
  if (known.running === null) return begin(known, facts)
  const { name, run: number, byHand } = known.running
  if (facts.isNight || byHand) {
    return { memory: known, decision: { do: 'start', name, run: number }, events: [] }
  }
  return { memory: { ...known, running: null }, decision: { do: 'nothing' }, events: [] }
}

/** Once all are through the night is over, and stays so until the house has been up. */
function asOfTonight(memory: ChoreMemory, facts: ChoreFacts): ChoreMemory {
  if (memory.over) return facts.isUp ? { ...memory, over: false, done: [] } : memory
  const isOver = !facts.isUp && choresLeft(memory, facts).length === 0
  return isOver ? { ...memory, over: true } : memory
}

function begin(memory: ChoreMemory, facts: ChoreFacts): ChoreTurn {
  const [asked] = memory.asked
  const name = asked ?? pick(memory, facts)?.name
  if (name === undefined) return { memory, decision: { do: 'nothing' }, events: [] }
  const byHand = asked !== undefined
  const run = memory.runs + 1
  return {
    memory: {
      ...memory,
      runs: run,
      asked: memory.asked.slice(1),
      running: { name, run, byHand, ranMs: 0 },
    },
    decision: { do: 'start', name, run },
    events: [{ type: 'chore_started', chore: name, byHand }],
  }
}

/** One runs: it goes on, or has had its time, or the house is up. */
function tend(
  memory: ChoreMemory,
  { run, stop }: NonNullable<ChoreFacts['run']>,
  facts: ChoreFacts,
): ChoreTurn {
  const { running } = memory
  if (running?.run !== run) {
    return { memory, decision: { do: 'stop', run, why: 'leaving' }, events: [] }
  }
  const aged = { ...memory, running: { ...running, ranMs: running.ranMs + facts.ranMs } }
  const leftMs = timeLeft(aged.running, facts.list)
  const wait = { do: 'wait', run, againInMs: leftMs } as const
  const events: ChoreEvent[] = []
  if (stop !== null) return { memory: aged, decision: { ...wait, againInMs: null }, events }
  if (!facts.isNight && !running.byHand) {
    return { memory: aged, decision: { do: 'stop', run, why: 'woken' }, events }
  }
  if (leftMs === 0) return { memory: aged, decision: { do: 'stop', run, why: 'timeout' }, events }
  return { memory: aged, decision: wait, events }
}

function timeLeft({ name, ranMs }: RunningChore, list: readonly ChoreSpec[]): number | null {
  const timeoutMs = list.find((chore) => chore.name === name)?.timeoutMs ?? 0
  return timeoutMs === 0 ? null : Math.max(0, timeoutMs - ranMs)
}

function pick(memory: ChoreMemory, facts: ChoreFacts): ChoreSpec | undefined {
  if (!facts.isNight || memory.over) return undefined
  return facts.list.find((chore) => isDue(chore, memory, facts))
}

function isDue({ name, everyMs }: ChoreSpec, memory: ChoreMemory, { nowMs }: ChoreFacts): boolean {
  if (memory.done.includes(name)) return false
  const record = memory.records.get(name)
  return record === undefined || (!isQuarantined(record, nowMs) && isRested(record, everyMs, nowMs))
}

function isRested({ endedMs }: ChoreRecord, everyMs: number, nowMs: number): boolean {
  return endedMs === null || nowMs - endedMs >= everyMs
}
