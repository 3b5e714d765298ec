import { setTimeout as delay } from 'node:timers/promises'
import { resolvePaths } from '../../src/host/paths.ts'
import { startRecording } from '../../src/wrapper/recording.ts'

// churn-reports.ts FOLDER WRITERS MS: so many reports at once that are begun, written and ended over and over.
const [folder = '', writers = '1', ms = '1000'] = process.argv.slice(2)
const untilMs = Date.now() + Number(ms)
process.env['CURFEW_REPORTS_KEPT'] = '20'

async function write(): Promise<void> {
  while (Date.now() < untilMs) {
    const paths = { ...resolvePaths(folder, {}), reports: folder }
    const recording = startRecording({ paths, tool: 'churn', argv: [], total: null })
    for (let unit = 0; unit < 5; unit += 1) {
      recording.line(`line ${unit}`, 'stdout')
      recording.unit(null)
      await delay(20)
    }
    recording.end('succeeded', 0, null)
  }
}

console.log('writing')
await Promise.all(Array.from({ length: Number(writers) }, write))
