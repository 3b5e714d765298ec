import type { Figures } from '../row.ts'
import { lowerQuartile, sum } from './numbers.ts'

type Work = () => unknown

interface Times {
  readonly tookMs: number
  readonly cpuMs: number
}

const WARM_UP = 5

/** Runs two pieces of work of this process in turn, each first as often as the other. */
export async function raceHere(floor: Work, curfew: Work, rounds: number): Promise<Figures> {
  const least: Times[] = []
  const ours: Times[] = []
  for (let round = -WARM_UP; round < rounds; round++) {
    const order = round % 2 === 0 ? [floor, curfew] : [curfew, floor]
    for (const work of order) {
      const times = await time(work)
      if (round >= 0) (work === floor ? least : ours).push(times)
    }
  }
  return {
    floor: lowerQuartile(least.map(({ tookMs }) => tookMs)),
    curfew: lowerQuartile(ours.map(({ tookMs }) => tookMs)),
    cpuRatio: sum(ours.map(({ cpuMs }) => cpuMs)) / sum(least.map(({ cpuMs }) => cpuMs)),
  }
}

async function time(work: Work): Promise<Times> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const tookMs = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return { tookMs, cpuMs: (user + system) / 1_000 }
}
