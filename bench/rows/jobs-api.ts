import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { JobView, WaitView } from '../../src/contract/jobs.ts'
import { addEndedJobs } from '../../test/support/ended-jobs.ts'
import { type Connection, connect } from '../measure/connection.ts'
import { type House, makeHouse, startDaemon } from '../measure/house.ts'
import { lowerQuartile } from '../measure/numbers.ts'
import type { Figures, Row, Scale } from '../row.ts'

const JOB = { command: ['true'], cwd: '/', env: { PATH: '/usr/bin:/bin' } }
const MOST_AT_ONCE = 500
/** The daemon rests after each turn, and longer after the first; a job that ends as it starts is not meant here. */
const SETTLE_MS = 600

/** Jobs through the daemon: one connection that is kept, one question after the other. */
export function jobApiRows(): Row[] {
  return [
    {
      name: 'job-each',
      what: 'true, submitted one by one until all are told, each; against spawn of sh',
      unit: 'ms',
      aim: { kind: 'ratio', most: 2 },
      measure: throughput,
    },
    {
      name: 'job-told',
      what: 'from the death of a job to the answer that it is over; against an exit event',
      unit: 'ms',
      aim: { kind: 'figure', most: 3 },
      measure: deathToAnswer,
    },
    {
      name: 'job-adopted',
      what: 'the same of a job that another daemon started; against an exit event',
      unit: 'ms',
      aim: { kind: 'figure', most: 50 },
      measure: adoptedToAnswer,
    },
    {
      name: 'job-list',
      what: 'a list of 100 among 1,000,000 that have ended, against one among 1,000',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.2 },
      measure: listing,
    },
  ]
}

async function throughput({ rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  using api = connect(house)
  const jobs = rounds * 20
  await runMany(api, 20)
  const floor: number[] = []
  for (let each = 0; each < rounds * 4; each += 1) floor.push(await timeOf(spawnSh))
  const curfew = (await timeOf(() => runMany(api, jobs))) / jobs
  return { floor: lowerQuartile(floor), curfew }
}

async function deathToAnswer({ rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  using api = connect(house)
  const floor: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds * 2; round += 1) {
    floor.push(await exitEvent())
    const sleeper = await startSleeper(api)
    ours.push(await untilTold(api, sleeper))
  }
  return { floor: lowerQuartile(floor), curfew: lowerQuartile(ours) }
}

async function adoptedToAnswer({ rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  const floor: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    floor.push(await exitEvent())
    const sleeper = await leaveSleeper(house)
    await using _next = await startDaemon(house)
    using api = connect(house)
    ours.push(await untilTold(api, sleeper))
  }
  return { floor: lowerQuartile(floor), curfew: lowerQuartile(ours) }
}

/** Its daemon has left when this returns. */
async function leaveSleeper(house: House): Promise<Sleeper> {
  await using _daemon = await startDaemon(house)
  using api = connect(house)
  return await startSleeper(api)
}

async function exitEvent(): Promise<number> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return await timeOf(() => killed(child.pid ?? 0, once(child, 'exit')))
}

async function startSleeper(api: Connection): Promise<Sleeper> {
  const { id } = await api.ask<JobView>('POST', '/v1/run', { ...JOB, command: ['sleep', '60'] })
  return { id, pid: await untilItRuns(api, id) }
}

async function untilTold(api: Connection, { id, pid }: Sleeper): Promise<number> {
  const over = api.ask<WaitView>('GET', `/v1/wait?ids=${id}&wait=60s`)
  await delay(SETTLE_MS)
  return await timeOf(() => killed(pid, over))
}

async function listing({ rounds }: Scale): Promise<Figures> {
  using few = makeHouse()
  using many = makeHouse()
  await leaveEnded(few, 1_000)
  await leaveEnded(many, 1_000_000)
  await using _first = await startDaemon(few)
  await using _second = await startDaemon(many)
  using amongFew = connect(few)
  using amongMany = connect(many)
  const list = (api: Connection): Promise<number> =>
    timeOf(() => api.ask('GET', '/v1/jobs?limit=100'))
  const floor: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds * 4; round += 1) {
    floor.push(await list(amongFew))
    ours.push(await list(amongMany))
  }
  return { floor: lowerQuartile(floor), curfew: lowerQuartile(ours) }
}

/** In a store that a daemon has made, which has left when this returns. */
async function leaveEnded(house: House, jobs: number): Promise<void> {
  {
    await using _daemon = await startDaemon(house)
  }
  using store = new DatabaseSync(join(house.home, 'curfew.db'))
  addEndedJobs(store, jobs)
}

async function runMany(api: Connection, count: number): Promise<void> {
  const ids: number[] = []
  for (let at = 0; at < count; at += 1) {
    ids.push((await api.ask<JobView>('POST', '/v1/run', JOB)).id)
  }
  for (let from = 0; from < count; from += MOST_AT_ONCE) {
    const some = ids.slice(from, from + MOST_AT_ONCE).join(',')
    const { ended } = await api.ask<WaitView>('GET', `/v1/wait?ids=${some}&wait=60s`)
    if (!ended) throw new Error('not all have ended within a minute')
  }
}

async function untilItRuns(api: Connection, id: number): Promise<number> {
  for (;;) {
    const { pid } = await api.ask<JobView>('GET', `/v1/job?id=${id}`)
    if (pid !== null) return pid
  }
}

async function killed(pid: number, heard: Promise<unknown>): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await heard
}

async function spawnSh(): Promise<void> {
  await once(spawn('sh', ['-c', 'true'], { stdio: 'ignore' }), 'exit')
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

interface Sleeper {
  readonly id: number
  readonly pid: number
}
