import { writeFileSync } from 'node:fs'
import type { EventView, LifecycleState } from '../../src/contract/shapes.ts'
import { askHouse, type TestDaemon } from './daemon.ts'
import type { House } from './house.ts'
import { waitFor } from './wait-for.ts'

/** A night falls within a second, and the daemon leaves. */
export const SHORT_DAY = {
  CURFEW_TICK: '50ms',
  CURFEW_DROWSY_AFTER: '100ms',
  CURFEW_BEDTIME_AFTER: '200ms',
  CURFEW_ASLEEP_AFTER: '400ms',
  CURFEW_SYSTEM_IDLE: 'false',
}

/** Drowsy within a moment, and no further. */
export const SOON_DROWSY = {
  CURFEW_TICK: '100ms',
  CURFEW_DROWSY_AFTER: '1s',
  CURFEW_BEDTIME_AFTER: '1h',
  CURFEW_SYSTEM_IDLE: 'false',
}

/** In bed within a moment, and not asleep. Long enough that a slow turn on a busy machine takes in an act before it is old. */
export const SOON_IN_BED = {
  CURFEW_TICK: '100ms',
  CURFEW_DROWSY_AFTER: '1s',
  CURFEW_BEDTIME_AFTER: '1500ms',
  CURFEW_ASLEEP_AFTER: '1h',
  CURFEW_SYSTEM_IDLE: 'false',
}

/** Writes `config.json` of a house. */
export function configure(house: House, config: Readonly<Record<string, unknown>>): void {
  writeFileSync(house.paths.config, JSON.stringify(config), { mode: 0o600 })
}

/** Resolves to the first event behind an id that has these facts. */
export async function untilTold(
  { house }: Pick<TestDaemon, 'house'>,
  type: EventView['type'],
  facts: Readonly<Record<string, unknown>>,
  behind = 0,
): Promise<EventView> {
  const fits = (event: EventView): boolean =>
    event.type === type && Object.entries(facts).every(([key, value]) => event.data[key] === value)
  let found: EventView | undefined
  await waitFor(
    async () => {
      found = (await askHouse(house, 'events', { limit: 1000, after: behind })).findLast(fits)
      return found !== undefined
    },
    { what: `${type} ${JSON.stringify(facts)} behind event ${behind}`, everyMs: 20 },
  )
  if (found === undefined) throw new Error(`no ${type}`)
  return found
}

/** Resolves to the first transition behind an id that leads there. */
export function untilIn(
  daemon: Pick<TestDaemon, 'house'>,
  to: LifecycleState,
  behind = 0,
): Promise<EventView> {
  return untilTold(daemon, 'transition', { to }, behind)
}
