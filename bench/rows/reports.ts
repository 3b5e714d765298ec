import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
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
  return raceHere(
    () => inFolder(throughBuffer),
    () => inFolder(throughReport),
    rounds,
  )
}

/** Each in a folder of its own: a log that is removed is not on the clock of the next. */
function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync('/tmp/cf-')
  try {
    work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function throughBuffer(folder: string): void {
  const fd = openSync(join(folder, 'log'), 'w')
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
  const lines = `${LINE}\n`.repeat(1_000)
  for (let bytes = 0; bytes < LOG_BYTES; bytes += lines.length) task.line(lines)
  task.finish()
  const log = join(house.home, 'reports', `${task.id}.log`)
  return race(
    { commands: [[process.execPath, readTail, log, TAIL_LINES]], env: house.env },
    {
      commands: [[...CURFEW, 'report', 'tail', task.id, '-n', TAIL_LINES]],
      env: house.env,
    },
    rounds,
  )
}
