import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createJobFolder } from '../../src/host/jobs/job-folder.ts'
import { launchJob } from '../../src/host/jobs/launch-job.ts'
import type { Launcher } from '../../src/host/jobs/launcher.ts'
import { lookAtRun } from '../../src/host/jobs/look-at-run.ts'
import { openLauncher } from '../../src/host/jobs/open-launcher.ts'
import type { RunPaths } from '../../src/host/jobs/run-paths.ts'
import { watchWaiter } from '../../src/host/jobs/waiter-life.ts'
import { raceHere } from '../measure/in-process.ts'
import { lowerQuartile, median } from '../measure/numbers.ts'
import type { Figures, Row, Scale } from '../row.ts'

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin' }
const JOBS_AT_ONCE = 20
const MEMORY_JOBS = 20
const LOG_CAP = 64 * 1024 * 1024
const WRITE = 'head -c 300000000 /dev/zero'

/** Jobs without store and API: what the waiters cost. */
export function jobHostRows(): Row[] {
  return [
    {
      name: 'job-start',
      what: 'a job with its durable folder, to its end, against spawn of sh',
      unit: 'ms',
      aim: { kind: 'ratio', most: 2 },
      measure: startAndEnd,
    },
    {
      name: 'job-end',
      what: 'from its death to being told, against an exit event',
      unit: 'ms',
      aim: { kind: 'figure', most: 3 },
      measure: deathToTold,
    },
    {
      name: 'job-memory',
      what: 'of our own beside a running job, against one dash',
      unit: 'MB',
      aim: { kind: 'figure', most: 0.15 },
      measure: memory,
    },
    {
      name: 'job-write',
      what: 'a job that writes 300 MB into its capped log, against a plain file',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.05 },
      measure: write,
    },
  ]
}

async function startAndEnd({ rounds }: Scale): Promise<Figures> {
  await using bench = await openBench()
  const many = (work: () => Promise<unknown>) => () =>
    Promise.all(Array.from({ length: JOBS_AT_ONCE }, work))
  const figures = await raceHere(
    many(spawnSh),
    many(() => bench.run(['true'])),
    rounds,
  )
  return { ...figures, floor: figures.floor / JOBS_AT_ONCE, curfew: figures.curfew / JOBS_AT_ONCE }
}

async function deathToTold({ rounds }: Scale): Promise<Figures> {
  await using bench = await openBench()
  const ours: number[] = []
  const floor: number[] = []
  for (let round = 0; round < rounds * 4; round += 1) {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    await once(child, 'spawn')
    floor.push(await killed(child.pid, once(child, 'exit')))
    const { paths, over } = await bench.start(['sleep', '60'])
    ours.push(await killed(lookAtRun(paths).record.began?.job.pid, over))
  }
  return { floor: lowerQuartile(floor), curfew: lowerQuartile(ours) }
}

async function memory(): Promise<Figures> {
  await using bench = await openBench()
  const shells = Array.from({ length: 5 }, () =>
    spawn('dash', ['-c', 'sleep 60 & wait'], { stdio: 'ignore', detached: true }),
  )
  const started = await Promise.all(
    Array.from({ length: MEMORY_JOBS }, () => bench.start(['sleep', '60'])),
  )
  const records = started.map(({ paths }) => lookAtRun(paths).record.began)
  const waiters = records.flatMap((began) => began?.waiter.pid ?? [])
  await once(spawn('sleep', ['3'], { stdio: 'ignore' }), 'exit')
  const figures = { floor: ownMegabytes(pidsOf(shells)), curfew: ownMegabytes(waiters) }
  for (const began of records) if (began) process.kill(began.job.pid, 'SIGKILL')
  for (const pid of pidsOf(shells)) process.kill(-pid, 'SIGKILL')
  await Promise.all(started.map(({ over }) => over))
  return figures
}

async function write({ rounds }: Scale): Promise<Figures> {
  await using bench = await openBench()
  let last = 0
  const floor = (): Promise<unknown> => {
    const path = `${bench.folder}/plain-${(last += 1)}`
    return once(spawn('sh', ['-c', `${WRITE} >> ${path}`], { stdio: 'ignore' }), 'exit')
  }
  return await raceHere(floor, () => bench.run(['sh', '-c', WRITE]), Math.min(rounds, 9))
}

interface Bench extends AsyncDisposable {
  readonly folder: string
  start(argv: readonly string[]): Promise<{ paths: RunPaths; over: Promise<void> }>
  run(argv: readonly string[]): Promise<void>
}

async function openBench(): Promise<Bench> {
  const folder = mkdtempSync('/tmp/cf-')
  const jobs = `${folder}/jobs`
  const launcher = await openLauncher({ home: folder, jobs, searchPath: process.env.PATH })
  // The launcher alone does not keep us here.
  const stay = setInterval(() => undefined, 60_000)
  let last = 0
  const start = (argv: readonly string[]) => startJob(launcher, jobs, (last += 1), argv)
  return {
    folder,
    start,
    run: async (argv) => await (await start(argv)).over,
    [Symbol.asyncDispose]: async () => {
      clearInterval(stay)
      launcher.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startJob(launcher: Launcher, jobs: string, id: number, argv: readonly string[]) {
  const paths = createJobFolder(jobs, id, { spec: { argv }, environment: ENVIRONMENT })
  const order = { paths, argv, cwd: '/', umask: 0o22, logCapBytes: LOG_CAP }
  const outcome = await launchJob({ get: async () => launcher }, order)
  if (outcome.kind !== 'launched') throw new Error(`job ${id} was not launched: ${outcome.kind}`)
  const over = new Promise<void>((resolve) => {
    watchWaiter(paths, () => {
      lookAtRun(paths)
      resolve()
    })
  })
  return { paths, over }
}

async function spawnSh(): Promise<void> {
  await once(spawn('/bin/sh', ['-c', 'exit 0'], { stdio: 'ignore' }), 'exit')
}

async function killed(pid: number | undefined, told: Promise<unknown>): Promise<number> {
  if (pid === undefined) throw new Error('it never began')
  const began = performance.now()
  process.kill(pid, 'SIGKILL')
  await told
  return performance.now() - began
}

/** What would be free again if just this process were gone. */
function ownMegabytes(pids: readonly number[]): number {
  const amounts = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
    return Number(/^Private_Dirty:\s+(\d+) kB/m.exec(text)?.[1]) / 1024
  })
  return median(amounts)
}

function pidsOf(children: readonly ChildProcess[]): number[] {
  return children.flatMap((child) => child.pid ?? [])
}
