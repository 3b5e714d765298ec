import { appendFileSync, closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { report } from '../../src/wrapper/report.ts'
import { CURFEW, makeHouse, startDaemon } from '../measure/house.ts'
import { raceHere } from '../measure/in-process.ts'
import { race } from '../measure/rounds.ts'
import type { Figures, Row, Scale } from '../row.ts'

const LINES = 100_000
const LINE = 'one more line of what a long task has to say'
const BUFFER_BYTES = 64 * 1024
const LOG_BYTES = 200 * 1024 * 1024
const TAIL_LINES = '100'
const readTail = join(import.meta.dirname, '../floors/read-tail.cjs')

/** Progress reports: what they cost the task that writes one, and who reads its log. */
export function reportRows(): Row[] {
  return [
    {
      name: 'report-write',
      what: '100,000 lines, against the same through a buffer of 64 KiB',
      unit: 'ms',
      aim: { kind: 'figure', most: 60 },
      measure: write,
    },
    {
      name: 'report-tail',
      what: 'the last 100 lines of 200 MB, whole process, against Node reading backwards',
      unit: 'ms',
      aim: { kind: 'ratio', most: 1.3 },
      measure: tail,
    },
  ]
}

async function write({ rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  mkdirSync(house.home, { mode: 0o700 })
  let logs = 0
  // What was written is removed when all is over, off the clock.
  return await raceHere(
    () => throughBuffer(join(house.home, `buffer-${(logs += 1)}`)),
    () => throughReport(house.home),
    rounds,
  )
}

function throughBuffer(path: string): void {
  const fd = openSync(path, 'w')
  let buffer = ''
  for (let at = 0; at < LINES; at += 1) {
    buffer += `[stdout] ${LINE} ${at}\n`
    if (buffer.length < BUFFER_BYTES) continue
    writeSync(fd, buffer)
    buffer = ''
  }
  writeSync(fd, buffer)
  closeSync(fd)
}

function throughReport(home: string): void {
  const task = report({ tool: 'bench', home })
  for (let at = 0; at < LINES; at += 1) task.line(`${LINE} ${at}`)
  task.finish()
}

async function tail({ rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  const task = report({ tool: 'bench', home: house.home })
  task.finish()
  const log = join(house.home, 'reports', `${task.id}.log`)
  // As another program may leave it: ours keeps its own below a bound.
  const lines = `${LINE}\n`.repeat(20_000)
  for (let bytes = 0; bytes < LOG_BYTES; bytes += lines.length) appendFileSync(log, lines)
  return race(
    { commands: [[process.execPath, readTail, log, TAIL_LINES]], env: house.env },
    {
      commands: [[...CURFEW, 'report', 'tail', task.id, '-n', TAIL_LINES]],
      env: house.env,
    },
    rounds,
  )
}
