/** Logs until the disk is full and on, makes room, logs once more; says what is in the file as one line of JSON. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openLogFile } from '../../src/host/log-file.ts'
import { fillDisk } from '../support/fill-disk.ts'

const [disk = ''] = process.argv.slice(2)
const log = openLogFile(disk, 'a.log', { maxBytes: 1024 * 1024, keep: 1 })
for (let line = 0; line < 5; line++) log.write(`${'x'.repeat(200)}\n`)
const ballast = fillDisk(disk)
for (let line = 0; line < 100; line++) log.write(`${'x'.repeat(200)}\n`)
const problem = log.problem() ?? null
rmSync(ballast)
log.write('there is room\n')
const solved = log.problem() ?? null
log.close()
const lines = readFileSync(join(disk, 'a.log'), 'utf8').trimEnd().split('\n')
process.stdout.write(`${JSON.stringify({ problem, solved, lines })}\n`)
