/**
 * Refreshes one heartbeat as fast as it can, or every so many milliseconds, until told to stop by a line; says how often.
 *   refresh-heartbeat.ts FOLDER NAME [EVERY_MS] [in-place]
 */
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { writeAtomically } from '../../src/host/atomic-write.ts'
import { heartbeatText } from '../support/heartbeats.ts'

const [folder = '', uuid = '', everyMs = '0', how = ''] = process.argv.slice(2)
const path = join(folder, `heartbeat-${process.pid}-${uuid}.json`)
let stopped = false
let count = 0

process.stdin.once('data', () => {
  stopped = true
})
process.stdin.once('end', () => process.exit())

do {
  const text = heartbeatText({ uuid, count: (count += 1) })
  if (how === 'in-place') writeFileSync(path, text)
  else writeAtomically(path, text, { durable: false })
  if (count === 1) process.stdout.write(`writing ${path}\n`)
  await (everyMs === '0' ? nextTurn() : delay(Number(everyMs)))
} while (!stopped)

const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {}
process.stdout.write(`wrote ${JSON.stringify({ count, last: { ino, size, mtimeMs } })}\n`)
process.stdin.destroy()
