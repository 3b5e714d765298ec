import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeHouse, startDaemon, startResident } from '../measure/house.ts'
import { cpuMsOf, needsProc } from '../measure/resident-cost.ts'
import type { Figures, Row, Scale } from '../row.ts'

const TIMER = join(import.meta.dirname, '../floors/timer.cjs')
/** As often as the loop allows without running into its own rest. */
const EVERY_MS = 50

/** One turn of the loop with nothing to do, in a real daemon that turns all the time. */
export function turnRows(): Row[] {
  return [
    {
      name: 'turn',
      what: 'one empty turn, all steps, processor time',
      unit: 'ms',
      aim: { kind: 'figure', most: 1 },
      measure: watchTurns,
    },
  ]
}

async function watchTurns({ settleMs, rounds }: Scale): Promise<Figures> {
  needsProc()
  using house = makeHouse()
  await using floor = startResident([process.execPath, TIMER, String(EVERY_MS)], house.env)
  await using daemon = await startDaemon(house, { CURFEW_TICK: `${EVERY_MS}ms` })
  await delay(settleMs)
  const before = [floor, daemon].map(({ pid }) => cpuMsOf(pid))
  const began = performance.now()
  await delay(rounds * 10 * EVERY_MS)
  const turns = (performance.now() - began) / EVERY_MS
  const [least = Number.NaN, ours = Number.NaN] = [floor, daemon].map(
    ({ pid }, at) => (cpuMsOf(pid) - (before[at] ?? Number.NaN)) / turns,
  )
  return { floor: least, curfew: ours }
}
