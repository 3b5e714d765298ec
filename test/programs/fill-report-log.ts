/** Fills a log on a disk that has no room to cut it, then makes room; says what became of it as one line of JSON. */
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
rmSync(ballast)
log.append(piece)
process.stdout.write(`${JSON.stringify({ fullSize, problem, size: statSync(path).size })}\n`)
