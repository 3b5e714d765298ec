/** Reports while its disk is full, makes room, and says how the report came back. */
import { readFileSync, rmSync } from 'node:fs'
import { report } from '../../src/wrapper/report.ts'
import { fillDisk } from '../support/fill-disk.ts'
import { waitFor } from '../support/wait-for.ts'

const [disk = ''] = process.argv.slice(2)
const say = (value: unknown): unknown => process.stdout.write(`${JSON.stringify(value)}\n`)
const task = report({ tool: 'x', home: disk })
task.line('before')
task.unit('before')
const ballast = fillDisk(disk)
for (let line = 0; line < 5_000; line += 1) task.line('x'.repeat(100))
task.finish('succeeded')
const inTrouble = task.degraded
rmSync(ballast)
const isTold = (): boolean => readFileSync(task.path, 'utf8').includes('"succeeded"')
await waitFor(isTold, { what: 'the end, told once there is room' })
const { degraded } = JSON.parse(readFileSync(task.path, 'utf8'))
say({ inTrouble, degraded, log: readFileSync(task.logPath, 'utf8').slice(0, 40) })
