import type { ChoreFacts, ChoreMemory, ChoreOutcome, ChoreSpec } from './chore-facts.ts'
import { isQuarantined, pardon, QUARANTINE_MS } from './chore-record.ts'

export type ByHand =
  | { readonly ok: true; readonly memory: ChoreMemory }
  /** There is no chore of that name, but these. */
  | { readonly ok: false; readonly known: readonly string[] }

/** One line of `curfew chores`. Times are on the boot clock. */
export interface ChoreState {
  readonly name: string
  readonly builtIn: boolean
  readonly state: 'running' | 'asked' | 'quarantined' | 'done' | 'resting' | 'waiting'
  /** When quarantine or rest ends. */
  readonly untilMs: number | null
  readonly outcome: ChoreOutcome | null
  readonly detail: string
  readonly endedMs: number | null
  readonly tookMs: number
  readonly failures: number
}

/** `curfew chores run`: at the next turn, whatever the hour, its rest or its quarantine. */
export function askForChore(memory: ChoreMemory, list: readonly ChoreSpec[], name: string): ByHand {
  if (!isListed(list, name)) return { ok: false, known: list.map((chore) => chore.name) }
  const isOnTheWay = memory.asked.includes(name) || memory.running?.name === name
  return { ok: true, memory: isOnTheWay ? memory : { ...memory, asked: [...memory.asked, name] } }
}

/** `curfew chores reset`: lifts a quarantine, forgets the failures. */
export function resetChore(memory: ChoreMemory, list: readonly ChoreSpec[], name: string): ByHand {
  if (!isListed(list, name)) return { ok: false, known: list.map((chore) => chore.name) }
  const record = memory.records.get(name)
  if (record === undefined) return { ok: true, memory }
  return {
    ok: true,
    memory: { ...memory, records: new Map(memory.records).set(name, pardon(record)) },
  }
}

/** How each chore stands. */
export function choreStates(
  memory: ChoreMemory,
  { list, nowMs }: Pick<ChoreFacts, 'list' | 'nowMs'>,
): ChoreState[] {
  return list.map((chore) => {
    const record = memory.records.get(chore.name)
    return {
      name: chore.name,
      builtIn: chore.builtIn,
      ...standing(chore, memory, nowMs),
      outcome: record?.outcome ?? null,
      detail: record?.detail ?? '',
      endedMs: record?.endedMs ?? null,
      tookMs: record?.tookMs ?? 0,
      failures: record?.failures ?? 0,
    }
  })
}

function standing(
  { name, everyMs }: ChoreSpec,
  memory: ChoreMemory,
  nowMs: number,
): Pick<ChoreState, 'state' | 'untilMs'> {
  const record = memory.records.get(name)
  if (memory.running?.name === name) return { state: 'running', untilMs: null }
  if (memory.asked.includes(name)) return { state: 'asked', untilMs: null }
  if (record !== undefined && isQuarantined(record, nowMs)) {
    return { state: 'quarantined', untilMs: (record.quarantinedMs ?? nowMs) + QUARANTINE_MS }
  }
  if (memory.done.includes(name)) return { state: 'done', untilMs: null }
  const restedMs = (record?.endedMs ?? nowMs - everyMs) + everyMs
  return restedMs > nowMs
    ? { state: 'resting', untilMs: restedMs }
    : { state: 'waiting', untilMs: null }
}

function isListed(list: readonly ChoreSpec[], name: string): boolean {
  return list.some((chore) => chore.name === name)
}
