import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type House, makeHouse, startDaemon, startResident } from '../measure/house.ts'
import { median } from '../measure/numbers.ts'
import { cpuMsOf, needsProc, residentMbOf } from '../measure/resident-cost.ts'
import type { Figures, Row, Scale } from '../row.ts'

const TIMER = [process.execPath, join(import.meta.dirname, '../floors/timer.cjs')]
/** Pairs side by side: one that is disturbed does not decide. */
const PAIRS = 3
/** So that they do not all wake at the same moment. */
const APART_MS = 700

/** What a daemon costs that has nothing to do. Both rows come from the same minute. */
export function idleRows(): Row[] {
  let looked: Promise<Idle> | undefined
  const look = (scale: Scale): Promise<Idle> => (looked ??= watchIdle(scale))
  return [
    {
      name: 'idle-cpu',
      what: 'processor time of an idle minute, no wrappers',
      unit: 'ms',
      aim: { kind: 'figure', most: 3 },
      measure: async (scale) => (await look(scale)).cpu,
    },
    {
      name: 'idle-rss',
      what: 'memory after that minute',
      unit: 'MB',
      aim: { kind: 'ratio', most: 1.5 },
      measure: async (scale) => (await look(scale)).memory,
    },
  ]
}

interface Idle {
  readonly cpu: Figures
  readonly memory: Figures
}

async function watchIdle({ idleMs, settleMs }: Scale): Promise<Idle> {
  needsProc()
  await using stack = new AsyncDisposableStack()
  const floors: number[] = []
  const daemons: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const house: House = stack.use(makeHouse())
    floors.push(stack.use(startResident(TIMER, house.env)).pid)
    daemons.push(stack.use(await startDaemon(house)).pid)
    await delay(APART_MS)
  }
  await delay(settleMs)
  const before = [floors, daemons].map((pids) => pids.map(cpuMsOf))
  await delay(idleMs)
  const cpu = [floors, daemons].map((pids, kind) =>
    median(pids.map((pid, at) => cpuMsOf(pid) - (before[kind]?.[at] ?? Number.NaN))),
  )
  const memory = [floors, daemons].map((pids) => median(pids.map(residentMbOf)))
  const perMinute = 60_000 / idleMs
  return { cpu: figures(cpu.map((ms) => ms * perMinute)), memory: figures(memory) }
}

function figures([floor = Number.NaN, curfew = Number.NaN]: readonly number[]): Figures {
  return { floor, curfew }
}
