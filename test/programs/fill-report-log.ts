/** Fills a log on a disk that has no room to cut it, then makes room; says what came of it, once it is cut, as one line of JSON. */
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '../support/wait-for.ts'
import { makeLogFile, reportLog } from '../../src/host/report-log.ts'

const MIB = 1024 * 1024
const [disk = ''] = process.argv.slice(2)
const path = join(disk, 'a.log')
const ballast = join(disk, 'ballast')
const piece = `${'x'.repeat(64 * 1024 - 1)}\n`
writeFileSync(ballast, Buffer.alloc(5 * MIB))
makeLogFile(path)
const log = reportLog(path)
for (let bytes = 0; bytes < 17 * MIB; bytes += piece.length) log.append(piece)
const [fullSize, problem] = [statSync(path).size, log.problem()]
/** Every try makes and removes a file beside it. */
const madeNs = (): bigint => statSync(disk, { bigint: true }).mtimeNs
let tries = 0
for (let pieces = 0; pieces < 100; pieces += 1) {
  const before = madeNs()
  log.append(piece)
  if (madeNs() !== before) tries += 1
}
rmSync(ballast)
const isCut = (): boolean => {
  log.append(piece)
  return statSync(path).size < 9 * MIB
}
await waitFor(isCut, { what: 'the log to be cut' })
process.stdout.write(`${JSON.stringify({ fullSize, problem, tries })}\n`)
