import { type ChildProcess, spawn } from 'node:child_process'
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { type Census, takeCensus } from '../../src/domain/census.ts'
import type { Moment } from '../../src/domain/heartbeat.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../../src/host/heartbeat-dir.ts'
import { bootId } from '../../src/host/identity.ts'
import { resolvePaths } from '../../src/host/paths.ts'
import { startHeartbeat } from '../../src/wrapper/heartbeat.ts'
import { raceHere } from '../measure/in-process.ts'
import type { Aim, Figures, Row, Scale } from '../row.ts'

const AGAIN = 'so many heartbeats, nothing changed, against names + stat'
const FIRST = 'the same, first look, against read + parse + kill 0'
const PROCESSES = 64
const RULES = { staleAfterMs: 3_600_000, sweepAfterMs: 30_000 }
const BEATS = 10

/** Looking at everybody's heartbeats and judging them, and what one costs its wrapper. */
export function heartbeatRows(): Row[] {
  const few: Aim = { kind: 'figure', most: 1 }
  const watched: Aim = { kind: 'none' }
  return [
    row('look-10', AGAIN, few, lookAgain(10)),
    row('look-1k', AGAIN, watched, lookAgain(1_000)),
    row('look-10k', AGAIN, { kind: 'ratio', most: 1.2 }, lookAgain(10_000)),
    row('meet-10', FIRST, few, lookFirst(10)),
    row('meet-1k', FIRST, watched, lookFirst(1_000)),
    row('meet-10k', FIRST, { kind: 'ratio', most: 1.3 }, lookFirst(10_000)),
    row('heartbeat', 'one, against temp + rename', { kind: 'figure', most: 0.5 }, beat),
  ]
}

function row(name: string, what: string, aim: Aim, measure: Row['measure']): Row {
  return { name, what, unit: 'ms', aim, measure }
}

function lookAgain(count: number): Row['measure'] {
  return async ({ rounds }) => {
    using crowd = makeCrowd(count)
    const { path } = crowd
    const scanner = createHeartbeatScanner()
    let census: Census<HeartbeatFile> | undefined
    const look = async (): Promise<void> => {
      const { files } = await scanner.scan([{ path, sweep: false }])
      census = takeCensus(census, files, moment(), RULES)
      check(census, count)
    }
    const namesAndStat = (): void => {
      for (const name of readdirSync(path)) lstatSync(`${path}/${name}`)
    }
    return await raceHere(namesAndStat, look, rounds)
  }
}

function lookFirst(count: number): Row['measure'] {
  return async ({ rounds }) => {
    using crowd = makeCrowd(count)
    const { path } = crowd
    const look = async (): Promise<void> => {
      const { files } = await createHeartbeatScanner().scan([{ path, sweep: false }])
      check(takeCensus(undefined, files, moment(), RULES), count)
    }
    const readAndParse = (): void => {
      for (const name of readdirSync(path)) {
        const { pid } = JSON.parse(readFileSync(`${path}/${name}`, 'utf8'))
        process.kill(pid, 0)
      }
    }
    return await raceHere(readAndParse, look, rounds)
  }
}

/** Several at a time, because one is too short to be measured. */
async function beat({ rounds }: Scale): Promise<Figures> {
  const home = mkdtempSync('/tmp/cf-')
  const paths = resolvePaths(home, {})
  const beating = startHeartbeat({ paths, of: { pid: process.pid }, ensureDaemon: () => undefined })
  const text = readFileSync(beating.path(), 'utf8')
  const tempAndRename = (): void => {
    writeFileSync(`${home}/temp`, text)
    renameSync(`${home}/temp`, `${home}/heartbeat`)
  }
  const manyTimes = (work: () => void) => () => {
    for (let time = 0; time < BEATS; time++) work()
  }
  const figures = await raceHere(manyTimes(tempAndRename), manyTimes(beating.refresh), rounds)
  beating.leave()
  rmSync(home, { recursive: true })
  return { ...figures, floor: figures.floor / BEATS, curfew: figures.curfew / BEATS }
}

interface Crowd extends Disposable {
  readonly path: string
}

/** A folder with so many heartbeats of a few processes that live. */
function makeCrowd(count: number): Crowd {
  const path = mkdtempSync('/tmp/cf-')
  const sleepers = Array.from({ length: Math.min(count, PROCESSES) }, () =>
    spawn('sleep', ['3600']),
  )
  const now = new Date(Date.now() + 1_000).toISOString()
  const version = { wrapper_version: '1', schema_version: 1 }
  for (let number = 0; number < count; number++) {
    const pid = sleepers[number % sleepers.length]?.pid ?? process.pid
    const uuid = `0199a8c2-6f10-7a3e-9b1e-${String(number).padStart(12, '0')}`
    const text = JSON.stringify({ pid, uuid, started_at: now, last_refresh: now, ...version })
    writeFileSync(`${path}/heartbeat-${pid}-${uuid}.json`, text)
  }
  const dispose = (): void => {
    for (const each of sleepers) end(each)
    rmSync(path, { recursive: true, maxRetries: 5 })
  }
  return { path, [Symbol.dispose]: dispose }
}

function end(child: ChildProcess): void {
  child.kill('SIGKILL')
}

function moment(): Moment {
  const [wallMs, monotonicMs] = [Date.now(), performance.now()]
  return { wallMs, monotonicMs, graceUntilMs: 0, hostname: os.hostname(), bootId: bootId() }
}

function check({ counts }: Census<HeartbeatFile>, count: number): void {
  if (counts.fresh !== count) throw new Error(`of ${count} only ${counts.fresh} were called fresh`)
}
