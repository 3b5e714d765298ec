import assert from 'node:assert/strict'
import { type Census, takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../../src/host/heartbeat-dir.ts'
import type { Cleaning } from './cleaning.ts'
import { moment, RULES } from './heartbeats.ts'
import { programPath, startProgram } from './program.ts'
import { tempDir } from './temp-dir.ts'

const WRITERS = 16

/** Sixteen writers, some of them careless, and a scanner: for so long nobody may be misjudged. */
export async function watchCrowd(t: Cleaning, forMs: number): Promise<{ scans: number }> {
  const folder = tempDir(t)
  const writers = Array.from({ length: WRITERS }, (_, number) => {
    const args = [folder, `w${number}`, number < 8 ? '0' : '3', number % 4 === 0 ? 'in-place' : '']
    return startProgram(t, programPath('refresh-heartbeat.ts'), args)
  })
  await Promise.all(writers.map((writer) => writer.line('writing ')))
  const scanner = createHeartbeatScanner()
  const untilMs = performance.now() + forMs
  let census: Census<HeartbeatFile> | undefined
  let scans = 0
  for (; performance.now() < untilMs; scans += 1) {
    const { files, strangers, problems } = await scanner.scan([{ path: folder, sweep: true }])
    assert.deepEqual([strangers, problems], [0, []])
    census = takeCensus(census, files, moment(), RULES)
    const wrong = census.wrappers.filter(({ verdict }) => verdict.status !== 'fresh')
    assert.deepEqual(wrong, [])
    assert.equal(census.counts.fresh, WRITERS)
  }
  await Promise.all(writers.map((writer) => writer.kill()))
  return { scans }
}
