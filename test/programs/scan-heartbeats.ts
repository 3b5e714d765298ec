/** Scans the folder that each line names, and says what it saw and what it cost as one line of JSON. */
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner } from '../../src/host/heartbeat-dir.ts'
import { moment, RULES } from '../support/heartbeats.ts'

process.stdout.write('ready\n')
for await (const folder of createInterface({ input: process.stdin })) {
  const [rss, beganMs] = [process.memoryUsage.rss(), performance.now()]
  const scanner = createHeartbeatScanner()
  const { files, temps, strangers, problems } = await scanner.scan([{ path: folder, sweep: true }])
  const census = takeCensus(undefined, files, moment(), RULES)
  const wrappers = census.wrappers.map(({ file, verdict: { status, reason } }) => ({
    name: basename(file.path),
    kind: file.content.kind,
    status,
    reason,
  }))
  const cost = { tookMs: performance.now() - beganMs, grownBytes: process.memoryUsage.rss() - rss }
  const answer = { wrappers, temps: temps.length, strangers, problems, ...cost }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
