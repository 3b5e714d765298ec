/**
 * Reports task after task, so many at once, beside one that goes on, until its stdin ends; says how many, and what was
 * degraded.
 *   write-reports.ts HOME COUNT
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { report } from '../../src/wrapper/report.ts'

const [home = '', count = '1'] = process.argv.slice(2)
const say = (value: unknown): unknown => process.stdout.write(`${JSON.stringify(value)}\n`)
const degraded: string[] = []
let ended = 0
let isOver = false
process.stdin.on('end', () => {
  isOver = true
})
process.stdin.resume()

const long = report({ tool: 'long', home })
say(long.id)
while (!isOver) {
  const tasks = Array.from({ length: Number(count) }, () => report({ tool: 'short', home }))
  for (const task of tasks) {
    for (let line = 0; line < 20; line += 1) task.line(`line ${line}`)
    task.unit('one')
    long.line(task.id)
  }
  await breathe()
  for (const task of tasks) {
    task.finish(ended % 3 === 0 ? 'failed' : 'succeeded')
    if (task.degraded !== undefined) degraded.push(task.degraded)
    ended += 1
  }
}
say({ ended, degraded: [...degraded, ...(long.degraded === undefined ? [] : [long.degraded])] })
