import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Figures } from '../row.ts'
import { lowerQuartile, sum } from './numbers.ts'

/** Commands that are run to their end, one after the other. */
export interface Contestant {
  readonly commands: readonly (readonly string[])[]
  readonly env: NodeJS.ProcessEnv
  /** What has to happen between rounds, off the clock. */
  readonly after?: () => void
}

interface Times {
  readonly tookMs: number
  readonly cpuMs: number
}

const WARM_UP = 2
const MS_PER_TICK = 10

/** Runs both in turn, so that whatever disturbs one disturbs the other too. */
export function race(floor: Contestant, curfew: Contestant, rounds: number): Figures {
  const least: Times[] = []
  const ours: Times[] = []
  for (let round = -WARM_UP; round < rounds; round++) {
    const pair = [runOnce(floor), runOnce(curfew)] as const
    if (round < 0) continue
    least.push(pair[0])
    ours.push(pair[1])
  }
  return {
    floor: lowerQuartile(least.map(({ tookMs }) => tookMs)),
    curfew: lowerQuartile(ours.map(({ tookMs }) => tookMs)),
    // One run is about as short as the kernel's tick, so only their sum says something.
    cpuRatio: sum(ours.map(({ cpuMs }) => cpuMs)) / sum(least.map(({ cpuMs }) => cpuMs)),
  }
}

function runOnce({ commands, env, after }: Contestant): Times {
  const cpuBefore = cpuOfChildren()
  const began = performance.now()
  for (const command of commands) run(command, env)
  const tookMs = performance.now() - began
  const cpuMs = cpuOfChildren() - cpuBefore
  after?.()
  return { tookMs, cpuMs }
}

/** Fails when the command does: a figure for what did not work is none. */
export function run(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const [command = '', ...args] = argv
  const { status, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
}

/** Processor time of all children that have ended, in milliseconds; NaN where the system does not tell. */
function cpuOfChildren(): number {
  if (process.platform !== 'linux') return Number.NaN
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK
}
