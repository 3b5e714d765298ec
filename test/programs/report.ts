/**
 * A program that reports and does as each line says: line TEXT, err TEXT, unit NAME, message TEXT, finish HOW, exit N,
 * degraded, spin N (so many lines at once), hang (its loop, for good).
 *   report.ts HOME
 */
import { createInterface } from 'node:readline'
import { report } from '../../src/wrapper/report.ts'

const [home = ''] = process.argv.slice(2)
const task = report({ tool: 'a program', argv: process.argv, home })
const say = (value: unknown): unknown => process.stdout.write(`${JSON.stringify(value)}\n`)

const orders: Readonly<Record<string, (text: string) => unknown>> = {
  line: (text) => task.line(text),
  err: (text) => task.line(text, 'stderr'),
  unit: (text) => task.unit(text),
  message: (text) => task.message(text),
  finish: (text) => task.finish(text as 'failed'),
  exit: (text) => process.exit(Number(text)),
  degraded: () => say(task.degraded ?? null),
  spin: (text) => {
    for (let line = 0; line < Number(text); line += 1) task.line(`line ${line}`)
  },
  hang: () => {
    for (;;);
  },
}

say(task.path)
for await (const order of createInterface(process.stdin)) {
  const [name = '', ...words] = order.split(' ')
  orders[name]?.(words.join(' '))
  say('done')
}
