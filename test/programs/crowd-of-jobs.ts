/** Has so many jobs run at once: `crowd-of-jobs.ts COUNT`. Tells what they cost, and whether all of them could be ended. */
import { readFileSync } from 'node:fs'
import { processesWith } from '../host/jobs/job-rig.ts'
import type { Cleaning } from '../support/cleaning.ts'
import { askHouse, startDaemon } from '../support/daemon.ts'
import { submit, untilEnded } from '../support/daemon-jobs.ts'
import { descriptorsOf, memoryOf } from '../support/memory.ts'
import { waitFor } from '../support/wait-for.ts'

const AT_ONCE = 100
const SUBMITTED_AT_ONCE = 20
const QUESTIONS = 200

const count = Number(process.argv[2])
const cleaning: (() => void | Promise<void>)[] = []
const t: Cleaning = { after: (step) => void cleaning.push(step) }

try {
  console.log(JSON.stringify(await gather()))
} finally {
  for (const step of cleaning) await step()
}

async function gather() {
  const daemon = await startDaemon(t)
  const { house, pid } = daemon
  await askHouse(house, 'group_set', { name: 'crowd', slots: count })
  // The first one brings what all of them need.
  await untilEnded(house, [await submit(house, 'true')])
  const before = { bytes: memoryOf(pid), descriptors: descriptorsOf(pid) }
  const ids: number[] = []
  const token = `${house.folder}/nowhere`
  const command = ['sh', '-c', 'exec sleep 600', token]
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(SUBMITTED_AT_ONCE, count - ids.length) })
    ids.push(...(await Promise.all(some.map(() => submit(house, command, { group: 'crowd' })))))
  }
  const jobs = await waitFor(
    async () => {
      const running = await askHouse(house, 'jobs', { status: 'running', limit: count })
      return running.filter((job) => job.pid !== null).length === count ? running : undefined
    },
    { what: 'all to run', timeoutMs: 120_000, everyMs: 100 },
  )
  const slowMs = await askMany(house)
  const daemonBytes = (memoryOf(pid) - before.bytes) / count
  const waiterBytes = (jobs ?? []).map((job) => privateBytesOf(parentOf(job.pid ?? 0)))
  const descriptors = (descriptorsOf(pid) - before.descriptors) / count
  const outcomes = new Set<string>()
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE)
    await askHouse(house, 'kill', { ids: some })
    for (const { status } of await untilEnded(house, some)) outcomes.add(status)
  }
  const left = processesWith(token).filter((each) => each !== pid).length
  const { warnings } = await daemon.status()
  return {
    slowMs,
    daemonBytes,
    waiterBytes: mean(waiterBytes),
    descriptors,
    outcomes: [...outcomes],
    left,
    warnings,
  }
}

/** The slowest but one in a hundred, in milliseconds. */
async function askMany(house: Parameters<typeof askHouse>[0]): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < QUESTIONS; at += 1) {
    const began = performance.now()
    await askHouse(house, 'status', {})
    times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(QUESTIONS * 0.99)] ?? 0
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** What would be free were it gone. */
function privateBytesOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  const kib = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map((found) => Number(found[1]))
  return kib.reduce((sum, each) => sum + each, 0) * 1024
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}
